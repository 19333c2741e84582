using System.Reflection;

namespace Sluice.Worker.Startup;

/// <summary>What was built: version and commit.</summary>
/// <param name="Version">Such as 1.2.0 or 1.3.0-alpha.4; <c>unknown</c> where the build noted none.</param>
/// <param name="Commit">Abbreviated as git does, or null where the build was made without git.</param>
internal sealed record ProductBuild(string Version, string? Commit)
{
    private const int HashLength = 7; // as git abbreviates

    public static ProductBuild This { get; } =
        Of(typeof(ProductBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <param name="informational">Version, and behind a plus the commit when it was built in a checkout;
    /// null where the assembly has none.</param>
    public static ProductBuild Of(string? informational) => informational?.Split('+', 2) switch
    {
        [{ Length: > 0 } version, { Length: >= HashLength } commit] when commit[..HashLength].All(char.IsAsciiHexDigitLower) =>
            new(version, commit[..HashLength]),
        [{ Length: > 0 }, ..] => new(informational, null),
        _ => new("unknown", null),
    };

    public override string ToString() => Commit is null ? Version : $"{Version} ({Commit})";
}
