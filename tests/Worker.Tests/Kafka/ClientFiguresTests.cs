using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

/// <summary>The form is that of librdkafka's STATISTICS.md.</summary>
public sealed class ClientFiguresTests
{
    private const string Statistics = """
        {"name":"sluice#consumer-1","type":"consumer","msg_cnt":2,"msg_size":30,"msg_max":100,"tx":9,"tx_bytes":400,"rx":8,"rx_bytes":5000,
         "txmsgs":11,"txmsg_bytes":110,"rxmsgs":70,"rxmsg_bytes":7000,
         "brokers":{
          "a:9092/1":{"name":"a:9092/1","state":"UP","txerrs":1,"txretries":2,"req_timeouts":3,"rxerrs":4,"disconnects":5,
            "int_latency":{"min":0,"avg":99999999},"rtt":{"min":900,"max":9000,"avg":2500,"cnt":4},
            "toppars":{"mails-0":{"topic":"mails","partition":0}},"req":{"Fetch":7}},
          "b:9092/2":{"state":"UP","txretries":1,"rtt":{"avg":1200}},
          "c:9092/3":{"state":"INIT","rtt":{"avg":77777},"disconnects":6}},
         "topics":{"mails":{"topic":"mails","age":5,"batchsize":{"avg":1},"partitions":{
            "0":{"partition":0,"fetchq_cnt":3,"fetchq_size":300,"txmsgs":99,"rxmsgs":99},
            "-1":{"partition":-1,"fetchq_cnt":4,"fetchq_size":400}}}},
         "cgrp":{"state":"up","rebalance_cnt":2},"msg_cnt_later":[1,{"msg_cnt":5}]}
        """;

    [Fact]
    public void The_useful_numbers_are_found_where_they_stand_and_nowhere_else() =>
        Assert.Equal(
            new ClientFigures(BrokersUp: 2, SlowestRoundTrip: TimeSpan.FromMicroseconds(2500), QueuedMessages: 9, QueuedBytes: 730,
                SentMessages: 11, SentMessageBytes: 110, ReceivedMessages: 70, ReceivedMessageBytes: 7000, SentBytes: 400,
                ReceivedBytes: 5000, Retries: 3, Timeouts: 3, Errors: 5, Disconnects: 11),
            ClientFigures.Read(Encoding.UTF8.GetBytes(Statistics)));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"brokers\":{\"a\":")]
    [InlineData("7")]
    public void What_is_no_object_gives_nothing(string json) => Assert.Null(ClientFigures.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"brokers":[1,[2]],"topics":null,"rxmsgs":3}""")]
    [InlineData("""{"brokers":{"a":7,"b":{"state":{"x":1},"rtt":9}},"topics":{"t":[],"u":{"partitions":5}},"rxmsgs":3}""")]
    [InlineData("""{"msg_cnt":"many","tx_bytes":1e99,"rxmsgs":3,"txmsgs":-4}""")]
    public void What_is_not_as_it_should_be_is_passed_over(string json) =>
        Assert.Equal(new ClientFigures(0, default, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0), ClientFigures.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Whatever_it_says_nothing_is_thrown() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int, byte)>(), change =>
        {
            byte[] json = Encoding.UTF8.GetBytes(Statistics);
            json[Math.Abs(change.Item1 % json.Length)] = change.Item2;
            ClientFigures.Read(json);
            ClientFigures.Read(json.AsSpan(0, Math.Abs(change.Item1 % json.Length)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_newest_is_kept_with_its_age_and_what_cannot_be_read_changes_nothing()
    {
        FakeTimeProvider time = new();
        ClientStatistics statistics = new(time);
        Assert.Null(statistics.Last);
        statistics.Take("""{"rxmsgs":5}""");
        time.Advance(TimeSpan.FromSeconds(3));
        statistics.Take("{");
        (ClientFigures figures, TimeSpan age) = statistics.Last!.Value;
        Assert.Equal((5, TimeSpan.FromSeconds(3)), (figures.ReceivedMessages, age));
    }
}
