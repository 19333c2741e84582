using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Sluice.Worker.Commands;

/// <summary><c>--version</c>: one line such as <c>sluice 0.1.0 (6ce02b5)</c>.</summary>
internal sealed class ProductVersion : SynchronousCommandLineAction
{
    private const int HashLength = 7; // as git abbreviates

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Line(typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion));
        return 0;
    }

    /// <param name="informational">Version, and after a plus the commit when it was built in a checkout.</param>
    internal static string Line(string informational) => informational.Split('+') is [var version, { Length: >= HashLength } commit] ? $"sluice {version} ({commit[..HashLength]})" : $"sluice {informational}";
}
