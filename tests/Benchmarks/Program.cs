return await new Benchmarks.BenchmarkCommandLine(Benchmarks.Benchmarks.All, TimeProvider.System).Create().Parse(args).InvokeAsync();
