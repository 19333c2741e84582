namespace Sluice.Worker.Control;

/// <summary>Tokens and floors of the documents that came last: the mix that capacities hold of.</summary>
/// <remarks>Not thread-safe: its owner's own. Allocates nothing for a document.</remarks>
/// <param name="floors">How many floors there are, at least 1.</param>
internal sealed class RecentLengths(int floors)
{
    /// <summary>Documents that are remembered: the mean length of a mix as uneven as mail is known within 4% by as many.</summary>
    public const int Kept = 1024;

    private readonly int[] _lengths = new int[Kept];
    private readonly byte[] _floors = new byte[Kept];
    private long _noted;

    /// <summary>Documents noted so far.</summary>
    public long Noted => _noted;

    /// <param name="length">Tokens, at least 1.</param>
    /// <param name="floor">0 to before the number of floors.</param>
    public void Note(int length, int floor)
    {
        int place = (int)(_noted++ % Kept);
        (_lengths[place], _floors[place]) = (length, (byte)floor);
    }

    /// <summary>The documents remembered: for each floor their lengths, as they came.</summary>
    public int[][] ByFloor()
    {
        int count = (int)Math.Min(_noted, Kept);
        return [.. Enumerable.Range(0, floors).Select(floor =>
            Enumerable.Range(0, count).Where(place => _floors[place] == floor).Select(place => _lengths[place]).ToArray())];
    }
}
