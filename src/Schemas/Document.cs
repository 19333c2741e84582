namespace Sluice.Schemas;

/// <summary>A text to label, as <c>document.avsc</c> has it.</summary>
/// <param name="Id">Chosen by the producer.</param>
/// <param name="Subject">Title or subject line, where there is one.</param>
/// <param name="Body">The text.</param>
internal sealed record Document(string Id, string? Subject, string Body);
