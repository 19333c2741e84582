using System.Runtime.InteropServices;
using Sluice.Worker.Onnx;

namespace Worker.Tests.Onnx;

public sealed unsafe class OrtLibraryTests
{
    [Fact]
    public void A_missing_library_is_an_error_that_names_every_file_tried_and_the_variable()
    {
        var error = Assert.Throws<OrtLibraryException>(() => OrtLibrary.Load(["/nowhere/a.so", "/nowhere/b.so"]));

        Assert.Contains("/nowhere/a.so, /nowhere/b.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("SLUICE_ONNXRUNTIME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_an_error_that_names_it()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "not a library");
            Assert.Contains(path, Assert.Throws<OrtLibraryException>(() => OrtLibrary.Load([path])).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Another_library_is_an_error_that_says_what_it_lacks()
    {
        string other = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so");
        Assert.Contains("OrtGetApiBase", Assert.Throws<OrtLibraryException>(() => OrtLibrary.Load([other])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_too_old_is_an_error_that_names_its_version()
    {
        nint* apiBase = stackalloc nint[] { (nint)(delegate* unmanaged<uint, nint>)&NoApi, (nint)(delegate* unmanaged<byte*>)&OldVersion };

        var error = Assert.Throws<OrtLibraryException>(() => OrtLibrary.Open((nint)apiBase, "old.so"));

        Assert.Contains("old.so is ONNX Runtime 1.17.3", error.Message, StringComparison.Ordinal);
        Assert.Contains("1.24 or newer", error.Message, StringComparison.Ordinal);
    }

    [UnmanagedCallersOnly]
    private static nint NoApi(uint version) => 0;

    [UnmanagedCallersOnly]
    private static byte* OldVersion()
    {
        // A u8 literal lies in the module's data, which does not move.
        fixed (byte* text = "1.17.3\0"u8)
            return text;
    }
}
