namespace Sluice.Worker.Documents.Registry;

/// <summary>A schema as the registry has it, with all that it needs to be read. Immutable.</summary>
/// <param name="Text">Its own text.</param>
/// <param name="Referenced">The texts of the schemas that it refers to, directly or through others: each once, and behind those that it
/// refers to itself. Empty for most.</param>
internal sealed record RegisteredSchema(string Text, IReadOnlyList<string> Referenced);

/// <summary>One version of a subject.</summary>
/// <param name="Id">The schema's id.</param>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Schema">The schema.</param>
internal sealed record SubjectVersion(int Id, int Version, RegisteredSchema Schema);
