using System.Text;
using System.Text.Json;

namespace Sluice.Worker.Pipeline;

/// <summary>The configured paths as a tree of names. Immutable after <see cref="Of"/>.</summary>
internal sealed class JsonPathNode(string path)
{
    /// <summary>The <see cref="Slot"/> of the field that identifies a document; text fields have 0 and up.</summary>
    public const int IdSlot = -1;

    private readonly List<(byte[] Name, JsonPathNode Node)> _children = [];

    /// <summary>The path that leads here, for messages.</summary>
    public string Path => path;

    /// <summary>Which wanted field ends here, or null when paths only lead through.</summary>
    public int? Slot { get; private set; }

    public static JsonPathNode Of(InputOptions options)
    {
        JsonPathNode root = new("");
        for (int i = 0; i < options.TextFields.Length; i++) root.Add(options.TextFields[i], i);
        // A field that is text and id at once stays text; the id is then taken from the key.
        if (options.IdField.Length > 0 && !options.TextFields.Contains(options.IdField)) root.Add(options.IdField, IdSlot);
        return root;
    }

    /// <summary>The child that the property name under the reader leads to, or null.</summary>
    public JsonPathNode? Find(ref Utf8JsonReader json)
    {
        foreach ((byte[] name, JsonPathNode node) in _children)
            if (json.ValueTextEquals(name)) return node;
        return null;
    }

    private void Add(string wanted, int slot)
    {
        JsonPathNode node = this;
        foreach (string segment in wanted.Split('.'))
        {
            byte[] name = Encoding.UTF8.GetBytes(segment);
            JsonPathNode? next = node._children.Find(c => c.Name.AsSpan().SequenceEqual(name)).Node;
            if (next is null) node._children.Add((name, next = new JsonPathNode(wanted)));
            node = next;
        }

        node.Slot = slot;
    }
}
