using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Worker.Documents.Paths;

/// <summary>A wanted field under its name.</summary>
/// <param name="Name">As the writer has it.</param>
/// <param name="Utf8">The same in UTF-8.</param>
/// <param name="Field">What is wanted there and inside.</param>
internal readonly record struct NamedField(string Name, byte[] Utf8, WantedField Field);

/// <summary>The wanted paths as a tree, from one value inwards. Immutable once all paths are added.</summary>
/// <param name="isThroughMany">Whether it stands for each of any number of values.</param>
internal sealed class WantedField(bool isThroughMany = false)
{
    private readonly List<NamedField> _named = [];
    private readonly List<int> _slots = [], _within = [], _joined = [];

    /// <summary>Indices of the paths that end here.</summary>
    public ReadOnlySpan<int> Slots => CollectionsMarshal.AsSpan(_slots);

    /// <summary>Indices of the paths that end here or further inside.</summary>
    public ReadOnlySpan<int> Within => CollectionsMarshal.AsSpan(_within);

    /// <summary>Of these, the paths whose texts are joined, whether they go through many values further outside or inside.</summary>
    public ReadOnlySpan<int> Joined => CollectionsMarshal.AsSpan(_joined);

    /// <summary>Whether it stands for each of any number of values, so that texts found here are joined.</summary>
    public bool IsThroughMany => isThroughMany;

    /// <summary>Whether numbers of all kinds, true and false are taken here, not text alone.</summary>
    public bool TakesScalars { get; private set; }

    /// <summary>What is wanted under a name.</summary>
    public ReadOnlySpan<NamedField> Named => CollectionsMarshal.AsSpan(_named);

    /// <summary>What is wanted of each element of an array, if anything.</summary>
    public WantedField? Elements { get; private set; }

    /// <summary>What is wanted of each value of a map or an object, if anything.</summary>
    public WantedField? Values { get; private set; }

    /// <summary>Whether a map or an object has something that is wanted.</summary>
    public bool HasEntries => _named.Count > 0 || Values is not null;

    /// <summary>The tree of all paths; the index of each is its slot.</summary>
    public static WantedField Of(IReadOnlyList<WantedPath> paths)
    {
        WantedField root = new();
        for (int slot = 0; slot < paths.Count; slot++) root.Add(paths[slot], slot);
        return root;
    }

    /// <summary>Adds a path that begins here.</summary>
    /// <returns>The first slot of its end: of a path that is wanted twice, that of the first.</returns>
    public int Add(WantedPath wanted, int slot)
    {
        WantedField field = this;
        field.Pass(wanted, slot);
        foreach (PathStep step in wanted.Path.Steps)
        {
            field = field.Next(step);
            field.Pass(wanted, slot);
        }

        bool takesScalars = wanted.Need == PathNeed.ScalarOrNothing;
        // What is joined has one place for all who want it: a copy of a text that the model reads is what the model reads.
        field.TakesScalars = wanted.Path.IsJoined && field._slots.Count > 0
            ? field.TakesScalars && takesScalars : field.TakesScalars || takesScalars;
        field._slots.Add(slot);
        return field._slots[0];
    }

    /// <summary>What is wanted under <paramref name="name"/>, if anything.</summary>
    public WantedField? Child(string name)
    {
        foreach (NamedField named in _named)
            if (named.Name == name) return named.Field;
        return null;
    }

    private void Pass(WantedPath wanted, int slot)
    {
        _within.Add(slot);
        if (wanted.Path.IsJoined) _joined.Add(slot);
    }

    private WantedField Next(PathStep step)
    {
        switch (step.Kind)
        {
            case PathStepKind.Elements:
                return Elements ??= new WantedField(isThroughMany: true);
            case PathStepKind.Values:
                return Values ??= new WantedField(isThroughMany: true);
            default:
                if (Child(step.Name) is { } known) return known;
                WantedField next = new(IsThroughMany);
                _named.Add(new NamedField(step.Name, Encoding.UTF8.GetBytes(step.Name), next));
                return next;
        }
    }
}
