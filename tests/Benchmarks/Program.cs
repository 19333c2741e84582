using System.CommandLine;

return await new Benchmarks.BenchmarkCommandLine(Benchmarks.Benchmarks.All, TimeProvider.System).RunAsync(args, new InvocationConfiguration());
