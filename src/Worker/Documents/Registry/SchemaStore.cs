namespace Sluice.Worker.Documents.Registry;

/// <summary>Schemas by id and by subject and version, in memory. Thread-safe.</summary>
/// <remarks>The same schema has one id under all subjects, ids and versions count from 1, and nothing is ever taken out.</remarks>
internal sealed class SchemaStore
{
    private readonly Lock _lock = new();
    private readonly List<string> _schemas = [];
    private readonly Dictionary<string, int> _ids = [];
    private readonly Dictionary<string, List<int>> _subjects = [];

    /// <summary>The subjects, in order of name.</summary>
    public string[] Subjects
    {
        get
        {
            lock (_lock)
                return [.. _subjects.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The schema's id, new or known; it is the subject's newest version unless it was one before.</summary>
    public int Register(string subject, string schema)
    {
        lock (_lock)
        {
            if (!_ids.TryGetValue(schema, out int id))
            {
                _schemas.Add(schema);
                id = _ids[schema] = _schemas.Count;
            }

            if (!_subjects.TryGetValue(subject, out List<int>? versions))
                versions = _subjects[subject] = [];
            if (!versions.Contains(id))
                versions.Add(id);
            return id;
        }
    }

    /// <summary>The text of a schema, or null.</summary>
    public string? Find(int id)
    {
        lock (_lock)
            return id > 0 && id <= _schemas.Count ? _schemas[id - 1] : null;
    }

    /// <summary>Id and version of a schema under a subject, or null.</summary>
    public (int Id, int Version)? Find(string subject, string schema)
    {
        lock (_lock)
        {
            return _ids.TryGetValue(schema, out int id) && _subjects.TryGetValue(subject, out List<int>? versions)
                && versions.IndexOf(id) is var at and >= 0
                ? (id, at + 1)
                : null;
        }
    }

    /// <summary>The ids of a subject's versions, oldest first, or null when there is no such subject.</summary>
    public int[]? Versions(string subject)
    {
        lock (_lock)
            return _subjects.TryGetValue(subject, out List<int>? versions) ? [.. versions] : null;
    }
}
