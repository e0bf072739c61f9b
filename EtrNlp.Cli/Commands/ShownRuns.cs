using EtrNlp.Core.Reports;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>The runs below folders that the user named, whatever their state.</summary>
static class ShownRuns
{
    /// <summary>Their configurations; damaged runs are named and left out.</summary>
    /// <exception cref="WrongInputException">Folders that hold no run.</exception>
    /// <exception cref="DataException">Every run is damaged.</exception>
    internal static IReadOnlyList<ShownConfiguration> In(IEnumerable<string> folders, TextWriter notices) =>
        In(folders, notices, out _);

    /// <summary>The same, with how many are damaged.</summary>
    internal static IReadOnlyList<ShownConfiguration> In(
        IEnumerable<string> folders,
        TextWriter notices,
        out int damaged
    )
    {
        var (shown, unreadable) = ShownConfiguration.Below(
            ExperimentChecks.ForEach(folders.Select(HomeFolder.Expand), ShownConfiguration.In)
        );
        DamagedRuns.Say(unreadable, notices);
        damaged = unreadable.Count;
        return shown.Count > 0
            ? shown
            : throw new DataException("every run is damaged, so there is nothing to show; begin anew with --restart");
    }
}
