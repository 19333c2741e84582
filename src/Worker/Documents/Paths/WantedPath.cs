namespace Sluice.Worker.Documents.Paths;

/// <summary>What is asked of the place to which a path leads in a schema.</summary>
internal enum PathNeed
{
    /// <summary>Text must stand there, else the schema is refused.</summary>
    Text,

    /// <summary>It may be absent; where it is there, it must be text.</summary>
    TextOrAbsent,

    /// <summary>Text is taken; anything else counts as absent.</summary>
    TextOrNothing,

    /// <summary>Text, any number, true and false are taken; anything else counts as absent.</summary>
    ScalarOrNothing,
}

/// <summary>A path with what is asked of its place.</summary>
/// <param name="Path">The path.</param>
/// <param name="Need">What must hold.</param>
internal sealed record WantedPath(FieldPath Path, PathNeed Need = PathNeed.Text);
