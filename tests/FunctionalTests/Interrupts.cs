using System.Runtime.CompilerServices;

namespace FunctionalTests;

/// <summary>
/// A shell that starts a program beside itself (<c>./sluice test &amp;</c>) has it ignore SIGINT, and nohup has it ignore SIGHUP, and with
/// it all that the tests start: bash cannot take that back, and a test that interrupts one would wait for ever.
/// </summary>
internal static class Interrupts
{
    [ModuleInitializer]
    public static void Heed() => Signals.HeedInterrupts();
}
