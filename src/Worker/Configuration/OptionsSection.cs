namespace Sluice.Worker.Configuration;

/// <summary>Where in the configuration which options are bound from.</summary>
internal sealed record OptionsSection(string Path, Type Options);
