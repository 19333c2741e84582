using Microsoft.Win32.SafeHandles;

namespace Sluice.Cli;

/// <summary>Standard output, for commands that print for as long as someone reads.</summary>
/// <remarks>Unlike the console's own stream it tells when the reader of a pipe has gone: that one drops what is written then, and a command
/// before <c>head -1</c> would work to the end of its input.</remarks>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1; // unistd.h, STDOUT_FILENO
    private readonly Stream _stream;

    public StandardOutput()
    {
        FileStream raw = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file has no reader to go. The console writes where the descriptor stands, which programs that append to one file in turn share;
        // a FileStream keeps a place of its own.
        _stream = raw.CanSeek ? Console.OpenStandardOutput() : raw;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it, at once.</summary>
    /// <exception cref="OutputException">Nobody reads it, or it cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _stream.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: nothing is held back.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
        base.Dispose(disposing);
    }
}
