using System.CommandLine;
using System.Text;
using EtrNlp.Core.Charts;
using EtrNlp.Core.Figures;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;

namespace EtrNlp.Cli.Commands;

/// <summary>The two files of a figure: its table and its drawing, side by side.</summary>
sealed class FigureFiles
{
    const string OutName = "--out";

    readonly OutputFile _table;
    readonly OutputFile _drawing;

    FigureFiles(OutputFile table, OutputFile drawing) => (_table, _drawing) = (table, drawing);

    /// <summary>The option that names them.</summary>
    internal static Option<string> Option(string name) =>
        new(OutName, "-o")
        {
            Description = "Where the figure goes: this path with .csv and .svg behind it.",
            HelpName = "path",
            DefaultValueFactory = _ => Path.Combine("figures", name),
            CustomParser = result => HomeFolder.Expand(result.Tokens[0].Value),
        };

    /// <summary>The files at a path; what cannot be written is refused before anything is computed.</summary>
    /// <exception cref="DataException">They cannot be written there, or other files are there.</exception>
    internal static FigureFiles At(string path, IEnumerable<string> header)
    {
        if (path.Length == 0 || Path.EndsInDirectorySeparator(path))
        {
            throw new DataException($"{OutName}: expected a path without ending such as figures/a, got '{path}'");
        }

        var begin = Encoding.UTF8.GetBytes(CsvText.Of([header]));
        return new FigureFiles(
            OutputFile.At($"{path}.csv", new OutputKind("table", OutName, "table of this figure", begin)),
            OutputFile.At($"{path}.svg", new OutputKind("drawing", OutName, "figure of etrnlp", PanelSheet.Begin))
        );
    }

    /// <summary>Writes both, and tells where they are.</summary>
    /// <exception cref="DataException">One cannot be written.</exception>
    internal void Write(Figure figure, TextWriter notices)
    {
        _table.Write(stream => stream.Write(Encoding.UTF8.GetBytes(figure.Csv)));
        _drawing.Write(stream => stream.Write(Encoding.UTF8.GetBytes(figure.Svg)));
        notices.WriteLine($"the figure is {_drawing.Path}, its values {_table.Path}");
    }
}
