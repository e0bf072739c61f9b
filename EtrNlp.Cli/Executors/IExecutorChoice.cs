using System.CommandLine;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>A way to have runs trained, as a command offers it.</summary>
interface IExecutorChoice
{
    /// <summary>How commands call their option for runs at a time on this machine.</summary>
    const string JobsName = "--jobs";

    /// <summary>What <c>--executor</c> calls it.</summary>
    string Name { get; }

    /// <summary>What it does.</summary>
    string Summary { get; }

    /// <summary>The options that only it has.</summary>
    IReadOnlyList<Option> Options { get; }

    /// <summary>Threads of a run if nothing else says how many.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="file">The sweep; null where none is written down.</param>
    int Threads(ParseResult parse, SweepFile? file);

    /// <summary>True for a command that no user typed: it goes on with a sweep if nobody else does.</summary>
    bool GoesOn(ParseResult parse) => false;

    /// <summary>Makes one.</summary>
    /// <exception cref="Data.Configuration.ConfigException">An option does not fit.</exception>
    IExecutor Create(ExecutorRequest request);

    /// <summary>The threads of one run if several at a time share the cores of this machine.</summary>
    static int SharedCores(ParseResult parse) =>
        Math.Max(1, Environment.ProcessorCount / parse.GetRequiredValue<int>(JobsName));
}
