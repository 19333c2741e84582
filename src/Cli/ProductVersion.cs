using System.CommandLine;
using System.CommandLine.Invocation;
using Sluice.Worker.Kafka;
using Sluice.Worker.Startup;

namespace Sluice.Cli;

/// <summary><c>--version</c>: a line such as <c>sluice 0.1.0 (6ce02b5)</c>, and one of what the loaded
/// librdkafka can do for security.</summary>
internal sealed class ProductVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"sluice {ProductBuild.This}\n{ClientFeatures.Describe()}");
        return 0;
    }
}
