using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Documents.Registry;

namespace Sluice.Worker.Documents;

/// <summary>Compiled schemas by id: those that were used lately, bounded in sum. Thread-safe.</summary>
/// <remarks>In two halves: what is added or used goes into the young one; when that is full it becomes the old one, and what was in that
/// and not used since is forgotten.</remarks>
/// <param name="mostBytes">Of both halves, by <see cref="WriterSchema.Bytes"/>; the last that was added to a half may exceed it.</param>
internal sealed class CompiledSchemas(long mostBytes)
{
    /// <summary>What a worker keeps: some ten thousand schemas of a hundred fields.</summary>
    public const long MostBytes = 128 * 1024 * 1024;

    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<SchemaId, WriterSchema> _young = new();
    private volatile ConcurrentDictionary<SchemaId, WriterSchema> _old = new();
    private long _bytes; // of the young half

    /// <summary>The schema of an id, where it is kept. Allocates nothing in the usual case.</summary>
    public bool TryGet(SchemaId id, [NotNullWhen(true)] out WriterSchema? schema)
    {
        if (_young.TryGetValue(id, out schema)) return true;
        if (!_old.TryGetValue(id, out schema)) return false;
        TryAdd(id, schema);
        return true;
    }

    /// <summary>Keeps a schema.</summary>
    /// <returns>Whether it was not kept by now.</returns>
    public bool TryAdd(SchemaId id, WriterSchema schema)
    {
        lock (_gate)
        {
            bool isNew = !_old.ContainsKey(id);
            if (!_young.TryAdd(id, schema)) return false;
            _bytes += schema.Bytes;
            if (_bytes <= mostBytes / 2 || _young.Count == 1) return isNew;
            _young.TryRemove(id, out _);
            _old = _young;
            _young = new() { [id] = schema };
            _bytes = schema.Bytes;
            return isNew;
        }
    }
}
