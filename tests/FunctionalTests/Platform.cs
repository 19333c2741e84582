// The embedded broker and the real one run on Linux only, and so do these tests.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
