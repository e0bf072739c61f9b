using System.Text;
using EtrNlp.Cli.Processes;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// Where tables and progress are drawn: as wide as the terminal, and without an edge where there is none.
/// </summary>
static class Screen
{
    const int NoEdge = 1000; // a table in a file or a pipe is not wrapped

    /// <summary>A console on a writer: the terminal's where the writer is one, else plain text.</summary>
    internal static IAnsiConsole Of(TextWriter writer)
    {
        IAnsiConsoleOutput to = writer is Outlet outlet ? new Terminal(outlet) : new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = to });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Capabilities.Ansi = false;
            console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            console.Profile.Width = NoEdge;
        }

        return console;
    }

    /// <summary>The terminal that a writer leads to, where it is one that can redraw lines; else null.</summary>
    internal static IAnsiConsole? Live(TextWriter writer) =>
        Of(writer) is { Profile: { Out.IsTerminal: true, Capabilities: { Ansi: true, Interactive: true } } } screen
            ? screen
            : null;

    /// <summary>Draws something; where that is no terminal, without the blanks at line ends.</summary>
    internal static void Write(TextWriter writer, IRenderable drawing)
    {
        var screen = Of(writer);
        if (screen.Profile.Out.IsTerminal)
        {
            screen.Write(drawing);
            return;
        }

        using var text = new StringWriter { NewLine = "\n" };
        Of(text).Write(drawing);
        var lines = text.ToString().Split('\n').Select(line => line.TrimEnd());
        writer.Write(string.Join('\n', lines).Trim('\n') + writer.NewLine);
    }

    // What is known of the terminal is asked where the text goes in the end.
    sealed class Terminal(Outlet outlet) : IAnsiConsoleOutput
    {
        readonly AnsiConsoleOutput _inner = new(outlet.Inner);

        public TextWriter Writer => outlet;

        public bool IsTerminal => _inner.IsTerminal;

        public int Width => _inner.Width;

        public int Height => _inner.Height;

        public void SetEncoding(Encoding encoding) => _inner.SetEncoding(encoding);
    }

    /// <summary>
    /// A table of the one style that all commands print; columns after the first are numbers unless said otherwise.
    /// </summary>
    internal static Table NewTable(params IEnumerable<(string Header, Justify Alignment)> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (header, alignment) in columns)
        {
            table.AddColumn(new TableColumn(new Text(header)) { Alignment = alignment, Padding = new Padding(0, 0) });
        }

        return table;
    }

    /// <summary>Adds a row of texts, none of them taken for markup.</summary>
    internal static void AddTexts(this Table table, params IEnumerable<string> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));
}
