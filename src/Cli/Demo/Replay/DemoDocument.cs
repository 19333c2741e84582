namespace Sluice.Cli.Demo.Replay;

/// <summary>One mail, ready to be sent.</summary>
/// <param name="Id">The mail's id; also the record's key.</param>
/// <param name="Label">What it truly is: ham or spam.</param>
/// <param name="Value">The record's value: wire header and Avro payload.</param>
internal sealed record DemoDocument(string Id, string Label, byte[] Value);
