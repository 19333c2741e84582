using System.CommandLine;
using Sluice.Cli;
using Sluice.Worker;

// Those with something in flight; the others wait in a read that cannot be cancelled, and a signal shall end them there.
CancellationToken stop = args is ["run" or "demo" or "dlq", ..] ? StopSignals.HeedAll() : CancellationToken.None;

// Commands end by themselves when told to: the worker drains within Pipeline:DrainTimeout. The default would cut them off after 2 s.
return await CommandLine.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(15) }, stop);
