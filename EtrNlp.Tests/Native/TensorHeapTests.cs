using EtrNlp.Core.Native;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace EtrNlp.Tests.Native;

/// <summary>Which addresses are given out; no memory is touched.</summary>
public sealed class TensorHeapTests
{
    const long Start = 1 << 20;
    const long Length = 64_000;
    const long Smallest = 640;

    [Test]
    public void A_freed_block_is_used_again_for_the_next_tensor_of_its_size()
    {
        var heap = NewHeap();
        var (first, _) = (heap.Take(1000), heap.Take(1000));

        heap.Return(first);

        Assert.That(heap.Take(1000), Is.EqualTo(first));
    }

    [Test]
    public void The_smallest_hole_that_is_large_enough_is_taken_and_of_several_the_lowest()
    {
        var heap = NewHeap();
        var blocks = new[] { 6400, 64, 1280, 64, 1280, 64 }.Select(bytes => heap.Take(bytes)).ToArray();
        heap.Return(blocks[4]);
        heap.Return(blocks[2]);
        heap.Return(blocks[0]);

        Assert.That(new[] { 1200, 1200, 1200 }.Select(bytes => heap.Take(bytes)), Is.EqualTo(new[] { blocks[2], blocks[4], blocks[0] }));
    }

    [TestCase(640, new[] { 1280L, 64_000 - (2 * 1920) })] // 640 of 1,920 are taken and 1,280 stay free
    [TestCase(1300, new[] { 64_000L - (2 * 1920) })] // 1,344 are, and what is left is too small to be told
    public void What_is_left_of_a_hole_is_free_where_it_is_large_enough(int bytes, long[] free)
    {
        var heap = NewHeap();
        var (first, _) = (heap.Take(1920), heap.Take(1920));
        heap.Return(first);

        Assert.That(heap.Take(bytes), Is.EqualTo(first));
        Assert.That(Free(heap).Select(range => range.Length), Is.EqualTo(free));
    }

    [TestCase(0, 1, 2)]
    [TestCase(0, 2, 1)]
    [TestCase(2, 1, 0)]
    public void Free_neighbours_become_one_in_whatever_order_they_are_freed(params int[] order)
    {
        var heap = NewHeap();
        var blocks = new[] { 1000, 2000, 3000 }.Select(bytes => heap.Take(bytes)).ToArray();

        Array.ForEach(order, i => heap.Return(blocks[i]));

        Assert.That(Free(heap), Is.EqualTo(new[] { (Start, Length) }));
    }

    [Test]
    public void It_says_when_nothing_is_large_enough_and_goes_on_with_less()
    {
        var heap = NewHeap();

        Assert.That(heap.Take(Length + 1), Is.Zero);
        Assert.That(heap.Take(Length), Is.EqualTo(Start));
        Assert.That(heap.Take(1), Is.Zero);
    }

    [Test]
    public void An_address_of_somebody_else_is_not_its_business_and_one_freed_twice_is_an_error()
    {
        var heap = NewHeap();
        var address = heap.Take(1000);

        Assert.That(heap.Return(Start - 64), Is.False);
        Assert.That(heap.Return(Start + Length), Is.False);
        Assert.That(heap.Return(address), Is.True);
        Assert.That(() => heap.Return(address), Throws.InvalidOperationException);
    }

    // Each number takes a block of so many bytes or, negative, frees one of those that are there.
    [Test]
    public void Blocks_never_overlap_and_nothing_is_lost() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(5, 7), Prop.ForAll(Gen.Choose(-4000, 8000).ListOf().ToArbitrary(), steps =>
        {
            var heap = NewHeap();
            var used = new List<(long Start, long Length)>();
            foreach (var step in steps)
            {
                if (step > 0 && heap.Take(step) is var address and not 0)
                {
                    used.Add((address, step));
                }
                else if (step < 0 && used.Count > 0)
                {
                    heap.Return(used[-step % used.Count].Start);
                    used.RemoveAt(-step % used.Count);
                }

                var ranges = used.Concat(Free(heap)).OrderBy(range => range.Start).ToArray();
                Assert.That(ranges.Select(range => range.Start % TensorHeap.Alignment), Is.All.Zero);
                Assert.That(ranges.Zip(ranges.Skip(1)).All(pair => pair.First.Start + pair.First.Length <= pair.Second.Start), Is.True);
                Assert.That(ranges[0].Start >= Start && ranges[^1].Start + ranges[^1].Length <= Start + Length, Is.True);
            }

            used.ForEach(block => heap.Return(block.Start));
            Assert.That(Free(heap), Is.EqualTo(new[] { (Start, Length) }));
        }));

    [Test]
    public void Threads_may_take_and_return_at_the_same_time()
    {
        var heap = new TensorHeap(Start, 1 << 30, Smallest);

        Parallel.For(0, 4, thread =>
        {
            var mine = new Queue<long>();
            for (var i = 0; i < 20_000; i++)
            {
                mine.Enqueue(heap.Take(1 + (i * 37 % 5000)));
                if (mine.Count > 10)
                {
                    heap.Return(mine.Dequeue());
                }
            }

            Array.ForEach(mine.ToArray(), address => heap.Return(address));
        });

        Assert.That(Free(heap), Is.EqualTo(new[] { (Start, 1L << 30) }));
    }

    static List<(long Start, long Length)> Free(TensorHeap heap)
    {
        List<(long, long)> free = [];
        heap.VisitFree((start, length) => free.Add((start, length)));
        return free;
    }

    static TensorHeap NewHeap() => new(Start, Length, Smallest);
}
