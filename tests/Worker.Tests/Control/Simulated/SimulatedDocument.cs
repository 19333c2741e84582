namespace Worker.Tests.Control.Simulated;

/// <summary>One document of a simulated load; times in seconds since its start.</summary>
internal sealed class SimulatedDocument(double arrivedAt, int partition = 0)
{
    public double ArrivedAt { get; } = arrivedAt;

    public int Partition { get; } = partition;

    /// <summary>When it was labelled; null while it waits or runs.</summary>
    public double? DoneAt { get; set; }

    /// <summary>Index of the rung that it was labelled in.</summary>
    public int Rung { get; set; }
}
