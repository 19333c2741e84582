using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FunctionalTests;

/// <summary>Keeps what is logged, shows it with a test that fails, and tells who waits for a line.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = new();
    private readonly ConcurrentDictionary<(int Id, string Part), TaskCompletionSource> _waits = new();

    public IReadOnlyCollection<(int Id, LogLevel Level, string Text)> Lines => _lines;

    /// <summary>Ends when a line with this id, and with this part in it, has been written.</summary>
    public Task WaitForAsync(int id, string part = "", TimeSpan? timeout = null)
    {
        TaskCompletionSource wait = _waits.GetOrAdd((id, part), _ =>
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_lines.Any(line => line.Id == id && line.Text.Contains(part, StringComparison.Ordinal))) wait.TrySetResult();
        return wait.Task.WaitAsync(timeout ?? TimeSpan.FromSeconds(60));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter)
    {
        string text = formatter(state, exception);
        _lines.Enqueue((eventId.Id, logLevel, text));
        Show($"{eventId.Id} {text} {exception}");
        foreach (((int id, string part), TaskCompletionSource wait) in _waits)
            if (id == eventId.Id && text.Contains(part, StringComparison.Ordinal)) wait.TrySetResult();
    }

    public void Dispose()
    {
    }

    private void Show(string line)
    {
        try
        {
            _output?.WriteLine(line);
        }
        catch (InvalidOperationException)
        {
            // The test is over and takes no more lines.
        }
    }
}
