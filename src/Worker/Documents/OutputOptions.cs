using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Documents;

/// <summary>What labels are like. Section <c>Sluice:Output</c>.</summary>
internal sealed record OutputOptions
{
    public const string Section = "Sluice:Output";

    /// <summary>Fields of the document that go into its label's <c>fields</c>, each under its path as it stands here.</summary>
    /// <value>0 to 32 paths. Default none. What is absent, null, no scalar or over <see cref="CopiedFields.MostBytes"/> bytes is left out.
    /// None for <see cref="InputFormat.Text"/>.</value>
    [MaxLength(32)]
    public string[] CopyFields { get; init; } = [];
}
