return await Benchmarks.BenchmarkCommandLine.Create().Parse(args).InvokeAsync();
