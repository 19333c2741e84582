namespace FunctionalTests.Publish;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void The_worker_s_native_libraries_need_nothing_but_the_C_and_the_C_plus_plus_library()
    {
        Assert.NotEmpty(Directory.EnumerateFiles(AppContext.BaseDirectory, "*librdkafka.so", SearchOption.AllDirectories));
        Assert.Empty(NativeLibraries.UnmetNeeds(AppContext.BaseDirectory));
    }

    [Fact]
    public void Needs_are_read_from_the_file()
    {
        string centos = Directory.EnumerateFiles(AppContext.BaseDirectory, "centos8-librdkafka.so", SearchOption.AllDirectories).First();
        Assert.Equal(
            ["libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libc.so.6", "ld-linux-x86-64.so.2"],
            ElfFile.NeededBy(centos));
        Assert.Empty(ElfFile.NeededBy(typeof(NativeLibrariesTests).Assembly.Location));
    }

    [Fact]
    public void Red_Hat_s_library_alone_would_not_do()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-natives-");
        try
        {
            string library = Directory.EnumerateFiles(AppContext.BaseDirectory, "librdkafka.so", SearchOption.AllDirectories).First();
            File.Copy(library, Path.Combine(folder.FullName, "librdkafka.so"));
            Assert.Equal(["librdkafka.so needs libsasl2.so.3"], NativeLibraries.UnmetNeeds(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
