using System.CommandLine;
using Benchmarks;

BenchmarkCommandLine commands = new(global::Benchmarks.Benchmarks.All, TimeProvider.System);
return await commands.RunAsync(args, new InvocationConfiguration());
