using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <content>The memory arena.</content>
internal sealed unsafe partial class OrtApi
{
    /// <summary>The allocator that a session takes plain CPU memory from; it outlives the session.</summary>
    public AllocatorHandle CreateAllocator(SessionHandle session, MemoryInfoHandle info)
    {
        var allocator = new AllocatorHandle(this);
        nint native;
        _table->CreateAllocator(session.DangerousGetHandle(), info.DangerousGetHandle(), &native).ThrowIfFailed(this);
        allocator.Own(native);
        return allocator;
    }

    public void ReleaseAllocator(nint native) => _table->ReleaseAllocator(native);

    /// <summary>Bytes of an arena, uninitialized, until <see cref="Free"/>.</summary>
    public void* Allocate(AllocatorHandle allocator, nuint bytes)
    {
        void* memory;
        _table->AllocatorAlloc(allocator.DangerousGetHandle(), bytes, &memory).ThrowIfFailed(this);
        return memory;
    }

    public void Free(AllocatorHandle allocator, void* memory) => _table->AllocatorFree(allocator.DangerousGetHandle(), memory).ThrowIfFailed(this);

    /// <summary>An arena's own figures (OrtAllocator::GetStats in the header lists them).</summary>
    public ArenaUse ArenaUse(AllocatorHandle allocator)
    {
        nint figures;
        _table->AllocatorGetStats(allocator.DangerousGetHandle(), &figures).ThrowIfFailed(this);
        try
        {
            return new ArenaUse(Figure(figures, "TotalAllocated"), Figure(figures, "InUse"), Figure(figures, "MaxInUse"));
        }
        finally
        {
            _table->ReleaseKeyValuePairs(figures);
        }
    }

    // What is no arena has no figures.
    private long Figure(nint figures, string name)
    {
        fixed (byte* key = Utf8(name))
            return long.TryParse(Marshal.PtrToStringUTF8((nint)_table->GetKeyValue(figures, key)), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }
}
