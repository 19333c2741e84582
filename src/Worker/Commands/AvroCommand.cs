using System.CommandLine;
using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice avro</c>: anyone can check any payload, schema or message by hand or by script.</summary>
internal static class AvroCommand
{
    private const string Summary = """
        Decodes, encodes and checks Avro: JSON lines on standard input, one JSON line on standard output for each.

        A line that cannot be answered gives {"error":"..."} with the reason, for a payload with the byte offset and the field; the next line is read all the same and the exit code is 1.
        """;

    private const string DecodeHelp = """
        Payload to value.

          in    {"schema":S,"hex":H}             S is the schema that wrote it, as JSON
                {"schema":S,"reader":R,"hex":H}  the same, read as schema R (promotions, defaults, aliases)
          out   {"value":V}                      in Avro's JSON encoding: unions are tagged, bytes are ISO-8859-1 text

        H is the payload alone in hexadecimal; a message from a topic has five bytes before it, which "unframe" takes off. Try:

          echo '{"schema":["null","string"],"hex":"020a68656c6c6f"}' | ./sluice avro decode
        """;

    private const string EncodeHelp = """
        Value to payload.

          in    {"schema":S,"value":V}   V in Avro's JSON encoding, as "decode" prints it
          out   {"hex":H}

        Try:

          echo '{"schema":["null","string"],"value":{"string":"hello"}}' | ./sluice avro encode
        """;

    private const string CanonicalHelp = """
        Schema to its canonical form and fingerprints; also the way to check a schema.

          in    {"schema":S}               as JSON
                {"schema_text":"..."}      as a string, which may be no JSON at all
          out   {"canonical":"...","crc64_avro_hex_le":"...","sha256":"..."}

        Schemas with the same canonical form read the same bytes in the same way. Try:

          echo '{"schema":{"type":"fixed","namespace":"a.b","name":"Md5","size":16}}' | ./sluice avro canonical
        """;

    private const string UnframeHelp = """
        Message to schema id and payload: takes the header off that registry-aware producers write (byte 0, then the id in 4 bytes, big-endian).

          in    {"hex_framed":H}
          out   {"schema_id":N,"hex_payload":H}

        Try:

          echo '{"hex_framed":"000000002a0a68656c6c6f"}' | ./sluice avro unframe
        """;

    public static Command Create() => new("avro", Summary)
    {
        Lines("decode", DecodeHelp, avro => avro.Decode),
        Lines("encode", EncodeHelp, avro => avro.Encode),
        Lines("canonical", CanonicalHelp, avro => avro.Canonical),
        Lines("unframe", UnframeHelp, _ => AvroLines.Unframe),
    };

    /// <summary>Answers the lines of <paramref name="input"/> as <c>./sluice avro NAME</c> does.</summary>
    /// <returns>Whether every line could be answered.</returns>
    internal static bool Run(Func<AvroLines, Action<JsonElement, Utf8JsonWriter>> choose, Stream input, Stream output) =>
        new JsonLines(AvroLimits.JsonDepth, choose(new AvroLines())).Run(input, output);

    private static Command Lines(string name, string help, Func<AvroLines, Action<JsonElement, Utf8JsonWriter>> choose)
    {
        var command = new Command(name, help);
        command.SetAction(result => LineCommand.Run(result.InvocationConfiguration.Error, (input, output) => Run(choose, input, output)));
        return command;
    }
}
