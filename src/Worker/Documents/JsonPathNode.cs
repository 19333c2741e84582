using System.Text;
using System.Text.Json;

namespace Sluice.Worker.Documents;

/// <summary>The configured paths as a tree of names. Immutable after <see cref="Of"/>.</summary>
internal sealed class JsonPathNode
{
    private readonly List<(byte[] Name, JsonPathNode Node)> _children = [];
    private int? _slot;
    private bool _isId;

    private JsonPathNode()
    {
    }

    public static JsonPathNode Of(InputOptions options)
    {
        JsonPathNode root = new();
        for (int i = 0; i < options.TextFields.Length; i++) root.At(options.TextFields[i])._slot = i;
        if (options.IdField.Length > 0) root.At(options.IdField)._isId = true;
        return root;
    }

    /// <summary>The child that the property name under the reader leads to, or null.</summary>
    public JsonPathNode? Find(ref Utf8JsonReader json)
    {
        foreach ((byte[] name, JsonPathNode node) in _children)
            if (json.ValueTextEquals(name)) return node;
        return null;
    }

    /// <summary>Puts what was found here into the fields whose paths end here: one, the text and the id at once, or none.</summary>
    public void Keep(FieldText found, DocumentFields fields)
    {
        if (_slot is { } slot) fields.Text[slot] = found;
        if (_isId) fields.Id = found;
    }

    /// <summary>Takes back all fields that end here or below.</summary>
    public void Forget(DocumentFields fields)
    {
        Keep(default, fields);
        foreach ((_, JsonPathNode node) in _children) node.Forget(fields);
    }

    private JsonPathNode At(string path)
    {
        JsonPathNode node = this;
        foreach (string segment in path.Split('.'))
        {
            byte[] name = Encoding.UTF8.GetBytes(segment);
            JsonPathNode? next = node._children.Find(c => c.Name.AsSpan().SequenceEqual(name)).Node;
            if (next is null) node._children.Add((name, next = new JsonPathNode()));
            node = next;
        }

        return node;
    }
}
