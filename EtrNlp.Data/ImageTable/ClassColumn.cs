using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// Whether a column of names has one of them, for a column that is asked for as <c>colour=red</c>.
/// </summary>
sealed class ClassColumn(RequestedColumn asked, string column, string name, int position) : LabelColumn(position)
{
    const int MostOthers = 20; // that a misspelt name is guessed from

    readonly HashSet<string> _others = [];
    bool _found;

    /// <summary>Finds the column of names that one is asked for of; null where there is none.</summary>
    public static ClassColumn? Find(RequestedColumn asked, CsvTable csv) =>
        asked.Name.Split('=', 2) is [var column, { Length: > 0 } name] && csv.Find(column) is >= 0 and var position
            ? new ClassColumn(asked, column, name, position)
            : null;

    public override void Finish()
    {
        if (!_found)
        {
            throw new InvalidSettingException(
                asked.Key,
                $"no cell of column '{column}' is '{name}'{NearestName.Hint(name, [.. _others])}"
            );
        }
    }

    protected override byte? Read(string cell, long line)
    {
        var holds = cell == name;
        _found |= holds;
        if (!holds && _others.Count < MostOthers)
        {
            _others.Add(cell);
        }

        return holds ? (byte)1 : (byte)0;
    }
}
