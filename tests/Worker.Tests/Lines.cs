using Microsoft.Extensions.Logging;

namespace Worker.Tests;

/// <summary>Keeps the texts that are logged.</summary>
internal sealed class Lines<T> : ILogger<T>
{
    public List<string> Seen { get; } = [];

    /// <summary>The fields of each.</summary>
    public List<IReadOnlyDictionary<string, object?>> Fields { get; } = [];

    /// <summary>What was logged with an exception.</summary>
    public List<Exception> Exceptions { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        Seen.Add(formatter(state, exception));
        if (state is IEnumerable<KeyValuePair<string, object?>> fields) Fields.Add(fields.ToDictionary());
        if (exception is not null) Exceptions.Add(exception);
    }

    /// <summary>What was logged since the last call.</summary>
    public string[] Take()
    {
        string[] taken = [.. Seen];
        Seen.Clear();
        return taken;
    }
}
