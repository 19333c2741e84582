namespace Benchmarks.Burst.Load;

/// <summary>A stretch of a load.</summary>
/// <param name="Name">Such as <c>calm</c>; of a burst and of what follows it with its size, such as <c>burst 20x</c>.</param>
/// <param name="From">Seconds since the start.</param>
/// <param name="Seconds">How long it lasts, over 0.</param>
/// <param name="PerSecond">Documents a second on average, over 0.</param>
internal sealed record Phase(string Name, double From, double Seconds, double PerSecond)
{
    public double To => From + Seconds;

    public bool IsBurst => Name.StartsWith("burst", StringComparison.Ordinal);
}
