using Worker.Benchmarks;

return await new BenchmarkCommandLine(Benchmarks.All, TimeProvider.System).Create().Parse(args).InvokeAsync();
