using System.Runtime.InteropServices;
using Sluice.Inference.Machine;

namespace Inference.Tests.Machine;

public sealed unsafe class MallocTests
{
    private const int Much = 256 << 20;

    [Fact]
    public void What_malloc_takes_from_the_system_is_counted_until_it_gives_it_back()
    {
        if (!Malloc.CanTell) Assert.Skip("Needs glibc 2.33 or later.");
        long before = Malloc.Taken();
        void* taken = NativeMemory.Alloc(Much);
        long meanwhile = Malloc.Taken();
        NativeMemory.Free(taken);

        Assert.True(before > 0);
        Assert.InRange(meanwhile - before, Much / 2, 2L * Much);
        Assert.True(Malloc.Taken() < meanwhile);
    }
}
