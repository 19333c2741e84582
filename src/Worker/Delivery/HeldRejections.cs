using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>The rejected documents that <see cref="RejectionBrake"/> holds back: what may go, and whether nearly all have one reason.
/// </summary>
/// <param name="window">By how many is judged, and how many are held at most.</param>
/// <param name="share">More than this share of them must have one reason.</param>
/// <param name="mostUncommitted">With so many records read and not committed reading stops: what is held must not be why.</param>
/// <param name="records">What is in flight.</param>
/// <param name="time">How long they are held.</param>
/// <remarks>Not thread-safe: the brake that owns it locks. It asks <paramref name="records"/>, which has short locks of its own.</remarks>
internal sealed class HeldRejections(int window, double share, long mostUncommitted, InFlightRecords records, TimeProvider time)
{
    /// <summary>How long they are held after the last record was read, and how long a document on its way to its label is waited for.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>How long they are held where records come that are none to judge by, such as tombstones, or where more documents may yet be
    /// labelled than are held.</summary>
    public static readonly TimeSpan LongestOfAll = TimeSpan.FromMinutes(10);

    private readonly Dictionary<RejectionKind, FirstRejected> _first = [];
    private List<Shipment> _held = []; // the oldest first
    private RecentRejections _recent = RecentRejections.None(window);
    private long _read, _lastRead; // records read, and when that was last seen to grow
    private long? _foundSince, _heldSince;

    /// <summary>Those that are held.</summary>
    public int Count => _held.Count;

    /// <summary>Whether some are held, and no record was read for <see cref="Longest"/>, or they hold up reading, or have been here for
    /// <see cref="LongestOfAll"/>.</summary>
    public bool AreLate
    {
        get
        {
            NoteReads();
            return _held.Count > 0 && (time.GetElapsedTime(_lastRead) >= Longest || IsEnough);
        }
    }

    /// <summary>Whether they hold up reading, or have been here for <see cref="LongestOfAll"/>.</summary>
    private bool IsEnough => records.Uncommitted >= mostUncommitted
        || (_heldSince is { } since && time.GetElapsedTime(since) >= LongestOfAll);

    /// <summary>Holds one. It will not be labelled, so it keeps no room for tokens, and nothing waits for it.</summary>
    public void Add(Shipment rejected)
    {
        records.SetApart(rejected.Envelope);
        if (_held.Count == 0) _heldSince = time.GetTimestamp();
        _held.Add(rejected);
        Note(rejected);
        NoteReads();
    }

    /// <summary>What nearly all of the last ones have in common, with the first of these; null where that is nothing, or not sure yet.
    /// </summary>
    /// <param name="areLate"><see cref="AreLate"/>: who comes now comes too late.</param>
    public (MassRejection Found, FirstRejected First)? Judge(bool areLate)
    {
        // Large documents may fill what may be in flight before there are enough: then those have to do.
        int least = areLate && !records.HasRoom ? DeadLetterOptions.LeastWindow : window;
        if (_recent.Judge(share, least) is not { } found)
        {
            _foundSince = null;
            return null;
        }

        long undecided = Undecided();
        _foundSince ??= time.GetTimestamp();
        // Where most may yet be labelled (they wait for their schema, say) a minute is too short to stop for the others. They are held on
        // meanwhile: whatever becomes of those, none of these is condemned before it is judged.
        bool isTime = undecided == 0 || IsEnough
            || (undecided <= Math.Max(found.Of, _held.Count) && (areLate || time.GetElapsedTime(_foundSince.Value) >= Longest));
        return isTime ? (found, _first[found.Kind]) : null;
    }

    /// <summary>What nearly all of the last ones have in common beside the labels that were delivered; null where that is nothing, or by
    /// fewer than <see cref="DeadLetterOptions.LeastWindow"/>.</summary>
    /// <param name="labelled">Documents that were labelled.</param>
    public MassRejection? PrevailsOver(long labelled) =>
        _recent.Judge(share, DeadLetterOptions.LeastWindow) is { } found && found.Count > share * (found.Of + labelled) ? found : null;

    /// <summary>Takes those that may be sent, though none is labelled: all, or the oldest beyond the window.</summary>
    /// <param name="areLate"><see cref="AreLate"/>.</param>
    public List<Shipment> TakeDue(bool areLate)
    {
        if (_foundSince is not null) return []; // what waits for the verdict stays, whatever its number
        if (areLate) return TakeAll();
        if (_held.Count <= window) return [];
        List<Shipment> due = _held[..^window];
        _held.RemoveRange(0, due.Count);
        return due;
    }

    /// <summary>Takes all.</summary>
    public List<Shipment> TakeAll()
    {
        (List<Shipment> all, _held) = (_held, []);
        return all;
    }

    /// <summary>Takes those of partitions that were taken away: their new owner reads them, and judges by them.</summary>
    public List<Shipment> TakeGone()
    {
        List<Shipment> gone = [];
        _held.RemoveAll(rejected =>
        {
            bool isGone = !records.IsCurrent(rejected.Envelope);
            if (isGone) gone.Add(rejected);
            return isGone;
        });
        if (gone.Count == 0) return gone;
        _recent = RecentRejections.None(window);
        _first.Clear();
        foreach (Shipment rejected in _held) Note(rejected);
        return gone;
    }

    private void Note(Shipment rejected)
    {
        Rejection why = rejected.Why!;
        RejectionKind kind = RejectionKind.Of(why);
        _recent = _recent.Add(kind);
        _first.TryAdd(kind, new FirstRejected(rejected.Envelope.Source, why.Detail, why.WayOut.Words));
    }

    /// <summary>Documents that were taken from the queue and are neither held nor finished: any of them may get a label.</summary>
    private long Undecided()
    {
        long queued = records.Queued; // first: a record that comes in between counts as undecided, and none as decided that is not
        return Math.Max(0, records.Documents - queued - _held.Count);
    }

    private void NoteReads()
    {
        long read = records.Counts.Consumed;
        if (read != _read) (_read, _lastRead) = (read, time.GetTimestamp());
    }
}

/// <summary>The first document of a kind that was rejected: of its value nothing is kept.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Detail">What was found in it.</param>
/// <param name="WayOut">What to do about it, as the end of a sentence.</param>
internal readonly record struct FirstRejected(SourceOffset Source, string Detail, string WayOut);
