using System.Collections.Concurrent;
using EtrNlp.Core.Training;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Training;

public sealed class RouteTeamTests
{
    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(2, 1)]
    [TestCase(2, 2)]
    [TestCase(5, 1)]
    public void Every_route_is_served_once_and_always_by_the_same_member(int members, int sideBySide)
    {
        using var team = new RouteThreads(routes: 5, new RoutesAtOnce(members, sideBySide));
        var first = Served(team);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Select(served => served.Route), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
            Assert.That(
                first.Select(served => served.Member).Distinct(),
                Is.EquivalentTo(Enumerable.Range(0, members))
            );
            Assert.That(Served(team), Is.EqualTo(first));
        }
    }

    [Test]
    public void Members_are_the_caller_and_other_threads_and_work_at_the_same_time()
    {
        using var team = new RouteThreads(routes: 3, new RoutesAtOnce(3, 1));
        using var barrier = new Barrier(3);
        var threads = new ConcurrentBag<int>();
        team.ForEach(
            training: true,
            (_, _) =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                Assert.That(barrier.SignalAndWait(TimeSpan.FromMinutes(1)), Is.True, "all three are there");
            }
        );
        Assert.That(threads, Is.Unique.And.Member(Environment.CurrentManagedThreadId));
    }

    [Test]
    [NonParallelizable] // how many threads there are is told the whole process
    public void A_member_computes_with_its_share_of_the_threads_and_the_caller_keeps_all()
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(4);
        try
        {
            using var team = new RouteThreads(routes: 2, new RoutesAtOnce(2, 1));
            var shares = new int[2];
            team.ForEach(training: true, (member, _) => shares[member] = torch.get_num_threads());
            Assert.That(shares.Append(torch.get_num_threads()), Is.EqualTo(new[] { 2, 2, 4 }));
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }

    [TestCase(0, 1, 3, Description = "in the calling thread")]
    [TestCase(1, 0, 2, Description = "in another")]
    public void What_fails_in_a_member_fails_for_the_caller_after_the_others_are_done(
        int failing,
        params int[] expected
    )
    {
        using var team = new RouteThreads(routes: 4, new RoutesAtOnce(2, 1));
        var done = new ConcurrentBag<int>();
        void Work(int member, Core.Networks.Pass pass)
        {
            if (pass.Route == failing)
            {
                throw new InvalidOperationException($"route {failing}");
            }

            done.Add(pass.Route);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => team.ForEach(training: true, Work),
                Throws.InvalidOperationException.With.Message.EqualTo($"route {failing}")
            );
            Assert.That(done, Is.EquivalentTo(expected));
            Assert.That(Served(team).Length, Is.EqualTo(4), "the team goes on");
        }
    }

    static (int Route, int Member)[] Served(RouteThreads team)
    {
        var served = new ConcurrentBag<(int Route, int Member)>();
        team.ForEach(
            training: true,
            (member, pass) =>
            {
                foreach (var route in Enumerable.Range(pass.Route, pass.Routes))
                {
                    served.Add((route, member));
                }
            }
        );
        return [.. served.Order()];
    }
}
