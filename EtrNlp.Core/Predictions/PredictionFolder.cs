using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EtrNlp.Core.Inspection;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Core.Predictions;

/// <summary>
/// A new folder of predictions: a table of attributes and choices, the maps of each task that predicts pixels in a
/// folder of its own, and a sheet.
/// </summary>
public sealed class PredictionFolder
{
    /// <summary>The table: a row is one attribute of one image, or one class of a choice.</summary>
    public const string TableName = "predictions.csv";

    /// <summary>The sheet: images beside what is predicted for them.</summary>
    public const string SheetName = "sheet.png";

    const string ClassesName = "classes.csv"; // in the folder of a task

    const byte NoClass = byte.MaxValue; // as maps of image_table have it
    const int MostClasses = byte.MaxValue;

    static readonly string[] Header = ["image", "task", "attribute", "probability", "decision"];
    static readonly string[] ClassesHeader = ["position", "class"];

    readonly HashSet<string> _names = [];

    PredictionFolder(string path) => Path = path;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>A folder that does not exist yet, or is empty.</summary>
    /// <exception cref="DataException">There is something, or nothing can be written there.</exception>
    public static PredictionFolder New(string path)
    {
        var whole = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(whole);
            return Directory.EnumerateFileSystemEntries(whole).Any()
                ? throw new DataException($"{whole} is not empty; choose a new folder with -o, or empty it")
                : new PredictionFolder(whole);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"cannot write predictions into {whole}: {e.Message.TrimEnd('.')}; choose another folder with -o"
            );
        }
    }

    /// <summary>Writes predictions as they come; returns how many images there were.</summary>
    /// <param name="title">What stands above the sheet.</param>
    /// <param name="tasks">What is predicted.</param>
    /// <param name="size">The size of every image.</param>
    /// <param name="count">How many images are expected, of which some, evenly spread, come to the sheet.</param>
    /// <param name="images">The predictions.</param>
    internal int Write(
        string title,
        ImmutableArray<LearningTask> tasks,
        ImageSize size,
        int count,
        IEnumerable<PredictedImage> images
    )
    {
        var (shown, written) = (new List<PredictedImage>(), 0);
        var spread = Inspector.Spread(count, ContactSheet.MostImages).ToHashSet();
        using var table = tasks.All(task => task.Kind.IsDense) ? StreamWriter.Null : NewTable(TableName, Header);
        WriteClasses(tasks);
        foreach (var image in images)
        {
            table.Write(CsvText.Of(Rows(image)));
            foreach (var task in image.Tasks.Where(task => task.Task.Kind.IsDense))
            {
                WriteMap(image, task, size);
            }

            if (spread.Contains(written++))
            {
                shown.Add(image);
            }
        }

        if (shown.Count > 0)
        {
            var sheet = new ContactSheet(title, tasks, size, new PredictedImages(shown));
            Write(In(SheetName), to => sheet.Write(Split.Test, shown.Count, to, "predictions"));
        }

        return written;
    }

    StreamWriter NewTable(string name, string[] header)
    {
        var table = new StreamWriter(In(name), append: false, new UTF8Encoding(false));
        table.Write(CsvText.Of([header]));
        return table;
    }

    // What the numbers in maps of classes mean.
    void WriteClasses(ImmutableArray<LearningTask> tasks)
    {
        foreach (var task in tasks)
        {
            if (task.Kind.Maps is [PixelMap.Classes { Names: var names }, ..])
            {
                Directory.CreateDirectory(In(task.Name));
                using var table = NewTable(System.IO.Path.Combine(task.Name, ClassesName), ClassesHeader);
                table.Write(CsvText.Of(names.Select((name, i) => (string[])[Text(i), name])));
            }
        }
    }

    static IEnumerable<string[]> Rows(PredictedImage image) =>
        from task in image.Tasks
        where !task.Task.Kind.IsDense
        let kind = task.Task.Kind
        from i in Enumerable.Range(0, task.Probabilities.Length)
        select (string[])
            [
                image.Name,
                task.Task.Name,
                kind.Choices.IsEmpty ? kind.Columns[i] : kind.Choices[i],
                task.Probabilities[i].ToString(CultureInfo.InvariantCulture),
                Text(kind.Choices.IsEmpty ? (int)task.Labels[i] : Convert.ToInt32(task.Labels[0] == i)),
            ];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The numbers, and a picture of them. A photograph has so many pixels that floats stay at the network's size.
    void WriteMap(PredictedImage image, PredictedTask task, ImageSize size)
    {
        var path = In(System.IO.Path.Combine(task.Task.Name, FileNameOf(image.Name, task)));
        Write($"{path}.png", to => PngFile.Write(PredictedMap.Draw(image, task, size), to));
        switch (task.Task.Kind.Maps[0])
        {
            case PixelMap.Classes { Names.Length: <= MostClasses }:
                var numbers = Array.ConvertAll(task.Labels, label => label < 0 ? NoClass : (byte)label);
                var grey = image.Seen.OverImage(numbers, pixelBytes: 1, NoClass);
                Write($"{path}.classes.png", to => PngFile.WriteGrey(grey, image.Seen.Image, to));
                break;
            case var map:
                int[] shape = map.Channels == 1 ? [size.Height, size.Width] : [size.Height, size.Width, map.Channels];
                Write($"{path}.npy", to => NpyFile.Write(task.Labels, shape, to));
                break;
        }
    }

    // Names of a table may begin at the root of the disk or lead upwards, which files here must not.
    string FileNameOf(string image, PredictedTask task)
    {
        var parts = image.Split('/', '\\').Where(part => part is not ("" or "." or "..")).ToArray();
        var name = string.Join('/', parts.Select(part => part.Replace(':', '_')));
        return _names.Add($"{task.Task.Name}/{name}")
            ? name
            : throw new DataException($"two images would have the predictions {name} of {task.Task.Name}; rename one");
    }

    // Many and small, in a new folder: not each is flushed to the disk.
    static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        write(file);
    }

    string In(string name) => System.IO.Path.Combine(Path, name);
}
