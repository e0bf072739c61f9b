using EtrNlp.Core.Training;
using NUnit.Framework;

namespace EtrNlp.Tests.Training;

public sealed class PrefetchTests
{
    // One more than there may be would meet, if it was let in.
    [TestCase(1)]
    [TestCase(2)]
    public void So_many_pieces_are_done_at_once_and_no_more(int ahead)
    {
        var (enough, tooMany) = (new AtOnce(ahead), new AtOnce(ahead + 1));

        Take(enough, pieces: 8);
        Take(tooMany, pieces: ahead + 1);

        Assert.That((enough.Most, tooMany.Most), Is.EqualTo((ahead, ahead)));

        void Take(AtOnce place, int pieces)
        {
            var work = Enumerable.Repeat<Func<IDisposable>>(() => Piece(place), pieces);
            foreach (var piece in Prefetch.InOrder(work, ahead))
            {
                piece.Dispose();
            }
        }

        static IDisposable Piece(AtOnce place)
        {
            using var inside = place.Enter();
            return new MemoryStream();
        }
    }

    // While the first result is in somebody's hands, the second and the third are on their way.
    [Test]
    public void Work_goes_on_while_a_result_is_in_use()
    {
        using var third = new ManualResetEventSlim();
        var work = Enumerable.Range(1, 5).Select<int, Func<IDisposable>>(i => () => Piece(i));

        Assert.That(
            Prefetch.InOrder(work, 2).Take(1).All(_ => third.Wait(TimeSpan.FromSeconds(10))),
            "the third has begun"
        );

        IDisposable Piece(int number)
        {
            if (number == 3)
            {
                third.Set();
            }

            return new MemoryStream();
        }
    }
}
