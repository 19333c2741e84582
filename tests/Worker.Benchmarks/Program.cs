using Worker.Benchmarks;

return await BenchmarkCommandLine.Create().Parse(args).InvokeAsync();
