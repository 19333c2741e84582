namespace Sluice.Worker.InFlight;

/// <summary>A partition of a topic that is read.</summary>
internal readonly record struct SourcePartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}[{Partition}]";
}
