return await new Benchmarks.BenchmarkCommandLine(Benchmarks.Benchmarks.All, TimeProvider.System).Parse(args).InvokeAsync();
