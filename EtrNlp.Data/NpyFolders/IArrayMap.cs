using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>A kind of map whose arrays lie in a folder of their own.</summary>
public interface IArrayMap : IMapFile
{
    /// <summary>The name of the folder, beside that of the images.</summary>
    string Folder { get; }

    string IMapFile.Summary => $"folder {Folder}";
}
