using System.CommandLine;
using Sluice.Cli;

// Commands end by themselves when told to: the worker drains within Pipeline:DrainTimeout. The default would cut them off after 2 s.
return await CommandLine.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(15) });
