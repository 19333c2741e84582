using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

/// <summary>Random lives of records over partitions that come, go, are lost and come again, against plain lists of what lives.</summary>
public sealed class InFlightProperties
{
    private const int Records = 10_000, MaxTokens = 12_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_leaks_nothing_completes_twice_and_no_watermark_passes_an_unfinished_record(bool keepKeyOrder) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Life(new Random(seed), keepKeyOrder).Run())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    /// <summary>A partition while it is open: what was passed, and the offsets that are not done.</summary>
    private sealed class Epoch
    {
        public long Passed { get; set; }

        public SortedSet<long> Undone { get; } = [];
    }

    /// <summary>A record that entered and is not finished, and what it should hold.</summary>
    private sealed class Living(InboundRecord record, Epoch epoch)
    {
        public InboundRecord Record => record;

        public Epoch Epoch => epoch;

        public long MostTokens { get; } = Math.Min(512, (record.Value?.Length ?? 0) + 2);

        public long Tokens { get; set; } = Math.Min(512, (record.Value?.Length ?? 0) + 2);

        public long Bytes { get; set; } = (record.Value?.Length ?? 0) + record.RetainedBytes;

        public Envelope? Envelope { get; set; }

        public bool IsTokenized { get; set; }

        public bool IsParked { get; set; }
    }

    private sealed class Life(Random random, bool keepKeyOrder)
    {
        private static readonly SourcePartition[] Partitions = [new("a", 0), new("a", 1), new("b", 0), new("b", 1)];

        private static readonly RecordOutcome[] Done =
            [RecordOutcome.Labelled, RecordOutcome.Rejected, RecordOutcome.Tombstone, RecordOutcome.PassedOver];

        private readonly InFlightRecords _records =
            new(new InFlightLimits(60, MaxTokens, 8_000, keepKeyOrder)) { MaxTokensPerDocument = 512 };
        private readonly Dictionary<SourcePartition, Epoch> _open = [];
        private readonly Dictionary<SourcePartition, long> _logs = Partitions.ToDictionary(p => p, _ => 0L);
        private readonly Dictionary<DateTimeOffset, Living> _living = []; // by its timestamp, which is a number of its own
        private readonly long[] _finished = new long[5];
        private Envelope? _dead;
        private bool _isComplete;
        private int _entered, _steps;
        private long _done, _committed;

        public void Run()
        {
            while (_entered < Records)
            {
                Act();
                Check();
            }

            _records.Complete();
            _isComplete = true;
            while (_living.Count > 0)
            {
                Decode();
                Finish();
                Check();
            }

            Assert.Equal((0L, 0L, 0L), (_records.Documents, _records.Tokens, _records.Bytes));
            Assert.True(_records.ToDecode.Completion.IsCompleted); // which it is only once none waits for its key
            Assert.Equal(Records, _finished.Sum());
            Assert.InRange(_committed, Records / 10, _done);
        }

        private void Act()
        {
            SourcePartition partition = Partitions[random.Next(Partitions.Length)];
            switch (random.Next(1000))
            {
                case < 5: // assigned, perhaps after it was lost without a word
                    long? place = random.Next(3) > 0 ? _logs[partition] : null;
                    _records.Open(new AssignedPartition(partition, place, IsCommitted: place is not null && random.Next(2) == 0));
                    _open[partition] = new Epoch { Passed = place ?? -1 };
                    break;
                case < 10: // revoked: its watermark is committed
                    if (_records.Close(partition) is { } last) Commit(last);
                    _open.Remove(partition);
                    break;
                case < 15: // lost: another has begun further down already
                    _records.Close(partition);
                    _open.Remove(partition);
                    Back(partition, 50);
                    break;
                case < 18: // the log was made anew, and no rebalance tells
                    Back(partition, 5);
                    break;
                case < 80: // markers, or aborted data
                    _logs[partition] += random.Next(4);
                    _records.Advance(partition, _logs[partition]);
                    if (_open.TryGetValue(partition, out Epoch? open)) open.Passed = Math.Max(open.Passed, _logs[partition]);
                    break;
                case < 120:
                    foreach (PartitionWatermark watermark in Watermarks())
                        if (random.Next(3) > 0) Commit(watermark); // a commit may fail for some
                    break;
                case < 500 when _records.HasRoom:
                    Enter(partition);
                    break;
                case < 750:
                    Decode();
                    break;
                default:
                    Finish();
                    break;
            }
        }

        private void Back(SourcePartition partition, int most) =>
            _logs[partition] -= random.Next((int)Math.Min(most, _logs[partition]) + 1);

        private void Enter(SourcePartition partition)
        {
            byte[]? key = random.Next(5) == 0 ? null : [(byte)random.Next(8)];
            byte[]? value = random.Next(20) == 0 ? null : new byte[random.Next(700)];
            RecordHeader[] headers = random.Next(5) == 0 ? [new("h", new byte[random.Next(30)])] : [];
            InboundRecord record = new(partition, _logs[partition]++, key, value, headers, DateTimeOffset.UnixEpoch.AddTicks(_entered++));
            if (!_open.TryGetValue(partition, out Epoch? epoch) || record.Offset < epoch.Passed) _open[partition] = epoch = new Epoch();
            epoch.Passed = record.Offset + 1;
            epoch.Undone.Add(record.Offset);
            _living.Add(record.Timestamp!.Value, new Living(record, epoch));
            Assert.True(_records.Enter(record));
        }

        /// <summary>One step of decoding: takes a record from the queue, or tokenizes one that was taken.</summary>
        private void Decode()
        {
            if (random.Next(8) == 0)
            {
                Park();
            }
            else if (random.Next(2) == 0
                && Pick(l => l is { Envelope: not null, IsTokenized: false, IsParked: false, Record.Value: not null }) is { } item)
            {
                item.IsTokenized = true;
                item.Bytes -= item.Record.Value!.Length;
                item.Tokens = random.Next(2, (int)item.Tokens + 1);
                _records.Tokenized(item.Envelope!, (int)item.Tokens);
            }
            else if (_records.ToDecode.TryRead(out SourceRecord read))
            {
                Living living = _living[read.Envelope.Timestamp!.Value];
                Assert.Same(living.Record.Value, read.Value);
                SourceOffset source = read.Envelope.Source;
                Assert.Equal((living.Record.Partition, living.Record.Offset), (source.Partition, source.Offset));
                if (keepKeyOrder && living.Record.Key is { } key) // all that came before it of its key are finished
                    Assert.DoesNotContain(_living.Values, l => l.Record.Key?[0] == key[0] && l.Record.Timestamp < living.Record.Timestamp);
                living.Envelope = read.Envelope;
            }
        }

        /// <summary>Parks a record that was taken, or lets a parked one go on: with its tokens where there are any.</summary>
        private void Park()
        {
            if (Pick(l => l is { Envelope: not null, IsTokenized: false, Record.Value: not null }) is not { } item) return;
            item.IsParked = !item.IsParked;
            if (item.IsParked)
            {
                item.Tokens = 0;
                _records.Park(item.Envelope!);
                return;
            }

            bool takesTokens = _records.Tokens < MaxTokens;
            item.Tokens = takesTokens ? item.MostTokens : 0;
            Assert.True(_records.UnparkAsync(item.Envelope!, takesTokens, CancellationToken.None).IsCompletedSuccessfully);
            if (takesTokens) return;
            item.IsTokenized = true; // it is to be rejected
        }

        private void Finish()
        {
            if (_dead is { } dead && random.Next(10) == 0)
                Assert.Throws<UnreachableException>(() => _records.Finish(dead, RecordOutcome.Labelled));
            if (Pick(l => l.Envelope is not null) is not { } living) return;
            bool isCurrent = _open.GetValueOrDefault(living.Record.Partition) == living.Epoch;
            Assert.Equal(isCurrent, _records.IsCurrent(living.Envelope!));
            RecordOutcome outcome = random.Next(isCurrent ? 300 : 2) == 0 ? RecordOutcome.Dropped : Done[random.Next(Done.Length)];
            _finished[(int)outcome]++;
            if (isCurrent && outcome != RecordOutcome.Dropped)
            {
                Assert.True(living.Epoch.Undone.Remove(living.Record.Offset));
                _done++;
            }

            _dead = living.Envelope;
            _living.Remove(living.Record.Timestamp!.Value);
            if (_isComplete && keepKeyOrder && outcome == RecordOutcome.Dropped && living.Record.Key is { } key) DropBehind(key[0]);
            _records.Finish(living.Envelope!, outcome);
        }

        /// <summary>In a stop nothing is sent for what waits behind one that was dropped.</summary>
        private void DropBehind(byte key)
        {
            foreach (Living behind in _living.Values.Where(l => l.Record.Key?[0] == key).ToArray())
            {
                Assert.Null(behind.Envelope);
                _finished[(int)RecordOutcome.Dropped]++;
                _living.Remove(behind.Record.Timestamp!.Value);
            }
        }

        private void Commit(PartitionWatermark watermark)
        {
            _committed += watermark.Records;
            _records.MarkCommitted(watermark);
        }

        private void Check()
        {
            Assert.True(++_steps < 20 * Records, $"It stands still: {_entered} entered, {_living.Count} are in flight.");
            Assert.InRange(_records.Awaiting, _living.Values.Count(l => l.IsParked), _living.Count);
            Assert.Equal((_living.Count, _living.Values.Sum(l => l.Tokens), _living.Values.Sum(l => l.Bytes)),
                (_records.Documents, _records.Tokens, _records.Bytes));
            Assert.Equal(new InFlightCounts(_entered, _finished[0], _finished[1], _finished[2], _finished[3], _committed, _finished[4]),
                _records.Counts);
            foreach (PartitionWatermark watermark in Watermarks())
            {
                Epoch epoch = _open[watermark.Partition];
                Assert.Equal(epoch.Undone.Count > 0 ? epoch.Undone.Min : epoch.Passed, watermark.Next);
            }
        }

        private List<PartitionWatermark> Watermarks()
        {
            List<PartitionWatermark> watermarks = [];
            _records.AddUncommitted(watermarks);
            return watermarks;
        }

        private Living? Pick(Func<Living, bool> which)
        {
            Living[] there = [.. _living.Values.Where(which)];
            return there.Length == 0 ? null : there[random.Next(there.Length)];
        }
    }
}
