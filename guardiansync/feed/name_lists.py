"""Names as they stand in school rosters, by language: what accented letters and their neighbours look like.

Real given and family names in no particular order, mostly those with letters beyond ASCII. Written for this purpose;
the names that the detector is measured with come from elsewhere (`docs/encodings.md`). An apostrophe stands for the
curly one too.
"""

from typing import Final

NAMES: Final[dict[str, str]] = {
    "english": """
O'Brien O'Connor O'Neill O'Neal O'Reilly O'Sullivan O'Donnell O'Hara O'Malley O'Keefe O'Leary O'Rourke O'Shea O'Toole
O'Dell O'Grady O'Hearn O'Mara O'Quinn O'Connell O'Callaghan O'Dowd O'Driscoll O'Farrell O'Flaherty O'Gorman O'Halloran
O'Hare O'Loughlin O'Mahony O'Meara O'Riordan O'Banion O'Bannon O'Berry O'Day O'Dea O'Kane O'Kelly O'Dwyer O'Higgins
D'Angelo D'Amico D'Agostino D'Ambrosio D'Andrea D'Souza D'Silva D'Costa D'Cruz D'Arcy D'Addario D'Alessandro D'Aquino
D'Andre D'Marcus D'Shawn D'Juan D'Asia D'Ante D'Onofrio D'Elia D'Errico D'Amato D'Antonio De'Andre De'Shawn De'Angelo
De'Asia De'Marcus De'Ja De'Vante Da'Quan Da'Shawn Da'Juan Ja'Marcus Ja'Kayla Ja'Quan Ja'Mya Ja'Niya Ja'Marr Ja'Von
La'Toya La'Shawn La'Keisha La'Tisha La'Quan Ka'Mya Ka'Ron Ta'Niya Ta'Shawn Ta'Kiyah Sha'Quan Sha'Niya Sha'Nia Ke'Shawn
Ke'Andre Ma'Kayla Ma'Khia Mo'Nique Na'Kia Na'Ilah Ne'Vaeh Ni'Asia Qua'Darius Ra'Shad Tre'Von Tre'Shawn Ty'Quan Ty'Reek
Zy'Kia Za'Niyah A'Niyah A'Mari A'Kira A'Shanti I'Yonna I'Kia T'Keyah T'Challa T'Yana M'Kayla M'Baye N'Diaye N'Dour
N'Guessan N'Kemdiche M'Bappe K'Von J'Von J'Kwon Ka'iulani Ka'ahumanu Ka'imi Ka'ili Kapi'olani Ho'okano Ho'omana Li'i
Nu'uanu Mau'u Pua'ena La'akea Nani'ole Tu'ua Tu'imoala Tu'ifua Fa'asavalu Fa'afoi Fa'alogo Fa'asisila Ta'ala Ta'ase
Tau'iliili Te'o Mata'afa Malo'o Sa'ena Si'i Tu'itavuki Ma'afu Ma'ake Vi'iga Ulu'ave Va'a Le'ota To'oto'o Lo'i Pa'a
Sa'id Isma'il Mu'min Nu'man Ma'moun Shu'aib Zoë Chloë Renée Andrée Desirée Aimée Brontë Beyoncé Anaïs Noël Noëlle René
Esmé Shanté André Andréa Deandré Janaé Renaé Monét Amoré Jaë Chloé Jané Danaé Siân Llŷr Dafydd Siôn Gwenllian Môn
Angharad Siobhán Seán Róisín Sinéad Pádraig Caitlín Oisín Ciarán Máire Éamon Áine Aoife Niamh Fionnán Bríd Bláthnaid
Cillian Eilís Éabha Gráinne Íde Máirín Micheál Mícheál Nóra Órla Pól Ríona Rónán Séamus Síle Sorcha Tomás Úna Clíona
Colmán Dáithí Éanna Fiadh Gearóid Iarlaith Muirís Ó Ní Súilleabháin Briain Dálaigh Murchú Néill Catháin Ceallaigh
Conaill Dómhnaill Máille Séaghdha Súileabháin Gallchóir Smith Johnson Williams Brown Jones Miller Davis Wilson
Anderson Taylor Thomas Moore Jackson Martin Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright
Scott Hill Green Adams Nelson Baker Hall Campbell Mitchell Carter Ashley Brandon Brittany Christopher Daniel Emily
Hannah Jacob James Jessica Joshua Michael Sarah Tyler Elizabeth William McDonald McKenzie MacDonald Fitzgerald
Washington Jefferson Freeman Coleman Jenkins Patterson Alexander Richardson
""",
    "spanish": """
José María García Jesús Ángel Martínez Rodríguez Hernández López González Pérez Sánchez Ramírez Gómez Díaz Vásquez
Jiménez Gutiérrez Álvarez Fernández Muñoz Núñez Peña Ibáñez Zúñiga Ordóñez Yáñez Piñeda Piña Acuña Avendaño Bolaños
Cañas Castañeda Cedeño Dueñas Escareño Marroquín Ocaña Patiño Quiñones Quiñónez Treviño Villaseñor Viña Logroño
Caraveo Nuño Niño Briseño Carreño Cariño Carreón Liñán Luján Mañón Marañón Montaño Nariño Oñate Pantoja Peñaloza
Peñuelas Piñón Riaño Rincón Saldaña Santibáñez Saucedo Sedeño Tuñón Ureña Urueña Vicuña Saldívar Galván Guzmán Beltrán
Durán Román Chacón Calderón Cerón Colón Rendón Obregón Alarcón León Leyva Marín Medellín Valentín Agustín Joaquín
Benjamín Martín Fermín Crispín Serafín Efraín Berrío Arango Angulo Ávila Ávalos Águila Aguilar Águeda Ángela Ángeles
Alcántara Alcalá Arévalo Arámbula Bárbara Bárcenas Báez Páez Sáenz Sáinz Cárdenas Cázares Chávez Dávila Dávalos Elías
Isaías Matías Zacarías Tobías Macías Mejía Mejías Farías Frías Garcés Cortés Cortéz Meléndez Méndez Menéndez Bermúdez
Benítez Velásquez Velázquez Vázquez Márquez Enríquez Henríquez Domínguez Íñiguez Íñigo Iñaki Begoña Ñáñez Etxeberría
Echeverría Gárate Goñi Iñárritu Ormeño Zárate Juárez Suárez Álvaro Andrés Inés Moisés Ulises Rubén Belén Lilián Julián
Damián Adrián Fabián Sebastián Cristián Germán Hernán Iván Esteban Tomás Nicolás Lucas Bartolomé Josué Noé Salomé René
Andréa Zoé Chloé Maité Leví Rocío Lucía Sofía Estefanía Lía Mía Talía Rosalía Eulalía Noemí Sarahí Saraí Anahí Itzá
Yazmín Jazmín Yasmín Caín Raúl Saúl Esaú Jesé Ramón Simón Zenón Aarón Asunción Concepción Encarnación Ascensión
Consolación Purificación Visitación Ana Óscar Óliver Héctor Víctor César Félix Ítalo Úrsula Ágata Álex Édgar Édison
Élida Érica Érika Íker Mónica Verónica Angélica Débora Dámaso Dánae Cándido Cándida Plácido Sócrates Rómulo Rogélio
Hipólito Teófilo Cástulo Críspulo Próspero Lázaro Álamo Barragán Terán Morán Gaitán Galán Millán Merchán Pavón Pabón
Padrón Quirós Queirós Ríos Río Rodón Rubí Solís Solórzano Sotelo Tévez Téllez Tapía Uribé Urías Vélez Víquez Villalón
Villagrán Zaragoza Zaldívar Zepeda Zuñiga Zuleta Güemes Güereña Argüello Argüelles Agüero Agüera Güiza Guëll Camargo
Barrón Borbón Bórquez Cáceres Cádiz Cámara Cantú Cavazos Cisneros Cobián Córdova Córdoba Cuéllar Fajardo Flórez Gálvez
Gámez Gándara Gaxiola Gómora Grijalva Guerrero Guízar Iñigo Inzunza Jáquez Jáuregui Jácome Ledón Lizárraga Lomelí
Lucío Macedo Magaña Magallón Maldonado Málaga Mármol Mártir Mata Mérida Montalvo Monzón Múgica Nájera Nápoles Narváez
Nolasco Olguín Orduño Orellana Orozco Ortíz Ovalle Páramo Párraga Pavía Pelayo Pichardo Piñeiro Pío Plascencia Ponce
Príncipe Quezada Quintín Rábago Rángel Rascón Régules Resendiz Reséndez Reséndiz Rolón Rúa Ruíz Sagástegui Salomón
Santillán Santamaría Sigala Sifuentes Tarín Trejo Úbeda Unzueta Valdés Valdéz Vallín Venegas Verdín Vidaña Yépez
Ybáñez Zambrano Zapién Zavala Cañedo Cañizares Cabañas Muñiz Muñíz Noroña Ñañez Castaño Toño Begonia Fernando
Alejandro Guadalupe Esperanza Francisco Ricardo Eduardo Manuel Miguel Carlos Rosario Dolores Mercedes Castro Ramos
Flores Torres Rivera Morales Ortega Mendoza Salazar Contreras Estrada Guerra Herrera Luna Rojas Fuentes Figueroa
Espinoza Acosta Vega Molina Navarro Cabrera Campos Cervantes Gallegos Lara Miranda Santiago Trevino Núria Martí Solé
Ferré Puigdomènech Roig Vallès Xènia Mercè Eugènia Adrià Tòfol Àngels Àlex Òscar Laia Bou Canyelles Cubí Dalí Miró
Gaudí Fàbregas Nolla Güell Nadal Montlló Mañé
""",
    "portuguese": """
João José António Antônio Conceição Assunção Anunciação Encarnação Gonçalo Gonçalves Mendonça Lourenço Lourença
Valença Bragança França Graça Garção Glória Magalhães Guimarães Simões Camões Fernão Galvão Falcão Leitão Brandão
Aragão Adão Sebastião Damião Estêvão Cristóvão Romão Simão Serrão Salomão Julião Abraão Mourão Beirão Leão Frazão
Jordão Pavão Paixão Perdigão Roldão Assis Bulhões Quinhões Tomé Inês Luís Luísa Luiz Lúcia Lúcio Júlia Júlio Flávia
Flávio Fábio Fábia Cláudia Cláudio Márcia Márcio Mário Rogério Sérgio Vinícius Vitória Antónia Antônia Amélia Amália
Aurélio Beatriz Célia César Cecília Cícero Débora Emília Eugênio Fátima Félix Filomena Gusmão Hélder Hélio Hélia
Heloísa Inácio Íris Isaías Ítalo Jacó Jéssica Jônatas Josué Lázaro Letícia Lídia Lígia Lívia Mónica Mônica Natália
Nélia Nélio Nélson Nívea Octávio Otávio Olímpia Patrícia Péricles Plínio Quitéria Rúben Silvério Sílvia Sílvio Sónia
Sônia Taís Thaís Tânia Telmo Teófilo Valéria Valério Verônica Verónica Vânia Virgínia Zélia Zé Zuleide Ângela Ângelo
Âmbar Águeda Álvaro Ávila Américo Érica Érico Élio Élvio Édson Éder Évora Óscar Ósmar Úrsula Araújo Arantes Avelãs
Azevêdo Sá Barão Barrêto Barros Batista Belém Brás Cabeça Caçador Calheiros Câmara Cândida Cândido Cavaco Chaves
Corrêa Corrêia Côrte Côrtes Coutinho Covilhã Cunhã Dória Durães Esperança Feijó Feijão Figueirêdo Fonsêca Fragôso
Furtado Gamboa Garcês Germano Gouvêa Gouvêia Grilo Hipólito Itamaracá Jacinto Januário Jerónimo Jerônimo Leça Lemos
Lêdo Lôbo Lobão Louçã Machado Maçãs Macêdo Maia Manhães Maranhão Marçal Marquês Meirelles Melão Moniz Morão Negrão
Nóbrega Nunes Paço Paços Palhaço Patrício Peçanha Pêgo Penhão Pinhão Proença Queirós Queiróz Quintão Rebêlo Rêgo Régis
Resêndiz Romário Rolão Sampaio São Souto Távora Teixeira Tristão Valadão Vasconcelos Vasconcêlos Vilaça Xavier Pereira
Ferreira Oliveira Carvalho Ribeiro Almeida Nogueira Monteiro Cardoso Cavalcanti Rodrigues Sousa Moreira Cunha Coelho
Pinheiro Nascimento Figueiredo Moura Rezende
""",
    "french": """
François Françoise René Renée André Andrée Hélène Céline Stéphane Stéphanie Frédéric Frédérique Éric Érika Élise
Élodie Éloïse Émile Émilie Étienne Édouard Éléonore Éliane Élisabeth Élisée Éloi Élie Édith Éva Évelyne Évangéline
Eugène Eugénie Geneviève Thérèse Irène Agnès Adèle Angèle Arsène Cédric Clémence Clément Chloé Zoé Noé Noémie Maëlle
Maël Gaël Gaëlle Gaétan Gaëtan Joël Joëlle Noël Noëlle Raphaël Raphaëlle Mickaël Michaël Michèle Danièle Danaé Daphné
Désiré Désirée Dorothée Gérard Gérald Géraldine Germaine Grégoire Grégory Hervé Honoré Jérémie Jérémy Jérôme Joséphine
Josée José Josué Léa Léo Léon Léonie Léopold Léandre Loïc Loïs Aloïs Anaïs Maïté Maïssa Naïm Naïma Héloïse Zaïre Saïd
Saïda Yaël Ismaël Isaïe Médéric Mélanie Mélina Mélissa Mélodie Méline Nathanaël Océane Odélie Ombeline Pénélope
Raphaëla Rémi Rémy Régis Réjean Réjeanne Sébastien Ségolène Sévérine Solène Théo Théodore Théophile Timothée Valère
Valérie Valéry Véronique Xavière Zélie Aimé Aimée Amédée Amélie Anémone Aurélie Aurélien Barthélemy Béatrice Bénédicte
Benoît Bérénice Bérangère Anne-Joëlle Cécile Célestin Célia Côme Cléo Cléa Dieudonné Ghislaine Hippolyte Inès
Jean-François Jean-René Marie-Ève Marie-Thérèse Marie-Josée Marie-Hélène Ève Mathéo Matéo Mahé Maé Maëva Nadège Néo
Nolwenn Ophélie Pélagie Philomène Roméo Salomé Siméon Sidonie Stéphan Télesphore Thaïs Théa Tiphaine Urbain Vénus
Victoire Zacharie Zéphirin Bélanger Béland Bégin Bédard Beauséjour Bérubé Bibeau Brébeuf Brûlé Crépeau Crête Côté
Cossette Carré Cliché Coupé Dagenais Daigle Dechêne Desgagné Deschênes Desrosiers Doré Dubé Dufrêne Duchêne Duguay
Dupéré Dupré Duval Émond Éthier Évrard Forêt Fréchette Frénette Gagné Gélinas Genêt Gérin Girouard Gosselin Guérard
Guérin Guérette Guévremont Hébert Héroux Hétu Houdé Hurtubise Jetté Jobin Labbé Labelle Labonté Labrèche Lachaîne
Laflèche Lafrenière Lagacé Laliberté Lamère Laperrière Larivière Lavallée Lavigueur Lavoie Léger Légaré Lefèvre
Lefebvre Lemaître Lépine Lesage Létourneau Lévesque Léveillé Levêque Maître Malboeuf Marcoux Ménard Métayer Métivier
Méthot Michaud Moïse Montréal Morissette Nadeau Ouellét Paré Pépin Périard Péloquin Pelchat Pérusse Picard
Pinsonneault Plamondon Poirier Prévost Prud'homme Préfontaine Quévillon Rhéaume Rivière Robidoux Rochefort Roché
Saint-Onge Saulnier Séguin Sénéchal Sévigny Sirois Tétreault Tétrault Théberge Thériault Therrien Thibodeau Trépanier
Trottier Tremblay Vallée Vallières Véronneau Vézina Aubé Arès Barré Bissonnette Châtelain Castonguay Chênevert
Chrétien Champoux Cléroux Delâge Delisle D'Amour D'Aoust D'Astous L'Heureux L'Écuyer L'Espérance L'Italien L'Abbé
L'Allier N'Guyen Mathieu Beaulieu Gauthier Bouchard Fortin Gagnon Leblanc Martel Pelletier Bergeron Boucher Girard
Simard Caron Fournier Dominique Philippe Laurent Jacques Nicolas Pascal Claire Camille Manon Sylvie Isabelle Nathalie
Monique Pierre Guillaume Hugues Gisèle Noëmie Lætitia Lebœuf Brodeur Grand'Maison Aït Haïdar Maïga Traoré Koné Touré
Coulibaly Diabaté Condé Sacré Bâ Sané Kanté Mbappé Eboué Kouamé Kouassi Désir Jean-Baptiste Toussaint Théodule Élysée
Mirlène Islande Lovelène Célestine Dieuveuille Müller Schæffer Kœnig Pâquet Pâquette Châteauneuf Çelik Garçon Gascon
Besançon Alençon Berçot
""",
    "german": """
Müller Jäger Schäfer Köhler König Krüger Böhm Bär Bäcker Bähr Bühler Böttcher Büchner Dörr Dürr Düring Förster Früh
Frühauf Fröhlich Füllgrab Gärtner Gäbler Göbel Göring Götz Götze Größe Groß Großmann Grün Grünewald Gründer Günther
Günter Hänsel Häusler Hübner Höfer Höhne Hölzer Hörmann Hüttl Jörg Jürgen Jürgens Käfer Kähler Kästner Käthe Klöckner
Knöfel Köhn Kölbl Könnecke Köppel Köster Köstler Krämer Kröger Krön Kübler Kühn Kühne Kümmel Küster Lämmle Lüder Lüdke
Lüdtke Löffler Löhr Löwe Löwen Lübke Märkel Märtens Mörike Möhring Möller Mönch Müllner Mühlbauer Münch Münster Nägele
Nölting Nüßlein Öhler Öttinger Özil Österreich Päßler Pföhler Pfändler Plöger Pöhl Pöschl Pötsch Prügel Räder Rödel
Röder Rößler Rösch Rösler Röhrig Rühl Rüdiger Rühmann Rütten Sänger Säuberlich Schäffer Schätz Schlüter Schmölz
Schönfeld Schön Schönberg Schöne Schröder Schröter Schüler Schüller Schütt Schütte Schütz Schütze Schwörer Söder Sönke
Söhnlein Späth Spät Spörl Stöber Stöckl Störmer Ströbel Stüber Stürmer Süß Süßmuth Täuber Thöne Thönnes Tröger Tröndle
Töpfer Übel Völker Völkel Vögel Vögele Wächter Wörner Wöhler Wölfel Wölfle Würth Würtz Wüst Wüstner Zähringer Zöllner
Zöller Zürn Weiß Weißmann Weiss Strauß Preuß Voß Heß Roß Kreß Kloß Meißner Reißner Geßner Gößling Hößl Jörß Theiß
Dreßler Haßler Straßer Nußbaum Fuß Fußmann Roßbach Jürg Björn Jörn Sören Töns Käte Bärbel Bärbl Lösch Günder Götzinger
Schürmann Hürlimann Züblin Zürcher Bürki Lüthi Lüscher Rüegg Rüfenacht Flückiger Grüter Büchi Bühlmann Hänni Hämmerli
Jäggi Käser Künzli Nägeli Schär Schärer Späni Stäheli Tüscher Wälchli Wüthrich Zürrer Kälin Brügger Brülhart
Aeschbacher Hofstätter Brandstätter Gstöttner Höller Wagner Becker Schulz Hoffmann Schneider Fischer Weber Meyer
Schmidt Zimmermann Hartmann Lange Werner Krause Lehmann Kaiser Fuchs Vogel Friedrich Keller Ludwig Winter Sommer
Albrecht Graf Brandt Haas Schreiber Dietrich Ziegler Kuhn Pohl Engel
""",
    "italian": """
Niccolò Nicolò D'Angiò Dell'Orto Dell'Acqua Dall'Ò Forlì Calabrò Cantù Cefalù Foscarà Giosuè Mosè Noè Salomè Zoè Nardò
Laganà Librì Macrì Patanè Pelà Saccà Scalà Scimè Talò Tripò Zappalà Cannavò Alì Comandè Currò Fragalà Garrì Gullà
Misefarì Nisticò Strangì Tringalì Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti
Costa Giordano Mancini Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone
Longo Gentile Martinelli Vitale Giuseppe Giovanni Francesco Alessandro Lorenzo Matteo Giulia Chiara Francesca
Antonella Guglielmo Raffaele Salvatore Vincenzo
""",
    "dutch": """
Zoë Noël Loïs Daniël Daniëlle Michaël Joël Rafaël Gabriël Gabriëlle Mariëlle Mariëtte Moïse Eloïse Raphaël Chloë Cloë
Anaïs Aäron Elisée Renée René André Desirée Thaïs Hélène Jürgen Björn Crèvecoeur Adriënne Fabiënne Benoît Cédric
Jérôme Maïté Anouk Romée Aimée Josée Esmée Dorée Fleur Kühl Müller Schröder Böhmer Hübner Löwe Buré Coppé Dupré Labbé
Séguin Jansen Bakker Visser Smit Meijer Mulder Bos Dekker Hendriks Dijkstra Janssens Peeters Willems Claes Goossens
Wouters Maes Pieter Willem Hendrik Joost Sander Anneke Anton Bart Femke Marieke Wouter Vandenberghe Vermeulen
Verhoeven Hoekstra Postma Boersma 't 's Daniëls Michiels Noémi Loïc Cornélie
""",
    "nordic": """
Åke Åsa Åse Åsmund Åshild Ågren Ågot Åberg Åkesson Åkerlund Åkerström Åström Åslund Ångström Århus Århammar Ådahl
Åhlén Björn Bjørn Bjørg Bjørnar Bjørnstad Bjørnsen Bjarne Børge Bård Bår Bäck Bäckman Bäckström Bengtzén Bergström
Bjerkås Björk Björklund Björkman Björnsdóttir Björnsson Blåberg Blomström Bodén Bohlén Brännström Brørup Bråten Brække
Brøgger Bøe Bødker Børresen Bøgh Dahlén Dalén Døssland Dørum Edström Eidsvåg Ekström Elgström Engström Fällman
Fältskog Färm Flodén Forsström Frändén Fridén Fårö Fjällström Føllesdal Fløystad Førde Gårder Gäfvert Glæver Göransson
Göran Gösta Göte Göthe Götberg Grön Grönberg Grönlund Gråberg Grønli Grøndahl Grønning Grønvold Gustafssön Gøran Gård
Gårdstad Hägg Hägglund Häggström Håkan Håkansson Håkon Håvard Hårstad Hällström Härkönen Hämäläinen Hagström Hallén
Hammarström Hedén Hedström Hellström Hildén Højgaard Højer Højlund Höglund Högberg Högström Hörnqvist Høyer Høiland
Høgh Høst Håland Ingebjørg Jäger Jäderberg Järvinen Jääskeläinen Jönsson Jörgensen Jørgen Jørgensen Jørn Jørund Jökull
Kåre Kärkkäinen Källström Källberg Kähkönen Kjærgaard Kjær Kjøs Kjølberg Kjønnøy Kjölstad Køhler Königsson Köhlin
Lövgren Löfgren Löfström Lönn Lönnqvist Lövström Lundén Lundström Lysén Långström Lång Løken Løkken Løvås Løvdal Lærke
Mäkelä Mäkinen Mäntylä Märta Målfrid Måns Månsson Mårten Mårtensson Mørk Møller Mørch Möller Mörk Moén Nygård Nygårds
Nyström Nordén Nordström Norén Nørgaard Nørregaard Næss Nærland Näsström Närhi Näslund Ødegård Ødegaard Øivind Øystein
Øyvind Øien Øygarden Ørjan Ørsted Østby Østergaard Østerberg Østlund Østvold Özkan Öberg Öhman Öman Örn Örjan
Österberg Österlund Östlund Östman Östberg Öström Pålsson Påhlsson Pål Päivi Pärsson Pörn Pöysti Pölönen Råberg
Räsänen Rönnberg Rönn Rönkkö Røed Røst Rødland Rørvik Rødseth Sällström Sägerström Sæther Sæbø Sætre Säll Särkkä
Sävström Sjöberg Sjögren Sjöholm Sjölander Sjölund Sjöstedt Sjöström Skår Skärström Skårland Skjærvik Skogvåg Skøien
Skovgård Solvår Sölve Sörensen Sørensen Søren Sørlie Sørum Sødal Söderberg Södergren Söderlund Söderström Stål Ståhl
Ståle Ställ Stenström Steinþór Stålberg Störmer Støre Støen Strøm Strömberg Ström Strömgren Strømme Svärd Svärdström
Sundén Sundström Sundgård Tångring Tähtinen Tåquist Thorén Thörn Thørnquist Törnqvist Törnblom Tørresen Tønnesen
Tønder Tveitå Trønnes Vågen Våge Vårdal Värmö Väisänen Väänänen Västlund Wåhlin Wållberg Wærness Wedén Wikström
Ydström Zetterström Þór Þórdís Þóra Þórarinn Þorsteinn Þorgeir Þorvaldur Þórunn Þuríður Æsa Ægir Ævar Ásdís Ásgeir
Ásta Ástríður Árni Ármann Álfrún Elín Guðrún Guðmundur Guðmundsson Guðni Guðbjörg Guðlaug Guðjón Gísli Sigríður
Sigurður Sigurðardóttir Sigurðsson Sólveig Sæunn Sævar Steinunn Jón Jóna Jónas Jónsson Jónsdóttir Jóhann Jóhanna
Jóhannes Jóhannsson Jóhannsdóttir Kristín Kristján Kristjánsson Kristjánsdóttir Lárus Magnús Magnúsdóttir Margrét Már
Málfríður Ólafur Ólöf Ólafsson Ólafsdóttir Óðinn Óskar Ómar Páll Pálsdóttir Pétur Pétursson Rósa Rúnar Rögnvaldur
Snæbjörn Stefán Stefánsdóttir Svanhvít Sverrir Unnur Úlfur Valgerður Vigdís Viðar Víðir Ingibjörg Ísak Íris Hörður
Höskuldur Hrönn Hólmfríður Hafþór Hákon Hálfdán Héðinn Friðrik Fríða Friðriksson Eyþór Einarsdóttir Dóra Davíð Böðvar
Birgitta Bára Eðvarð Börkur Arnþór Andrésdóttir Ragnheiður Ragnarsdóttir Þorbjörg Þorkell Þráinn Þröstur Tõnis Tõnu
Jõgi Jõesaar Kõiv Kõrv Kõrgesaar Lõhmus Mõttus Põder Põld Sõber Tõnisson Võsu Võrk Õie Õunap Ülle Ülo Üllar Ürgen Pärn
Pärtel Mägi Mänd Käärik Tänav Tänak Kütt Rüütel Müür Käsper Saar Tamm Kask Rebane Kuusk Ilves Virtanen Korhonen
Nieminen Laine Heikkinen Koskinen Lehtonen Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson
Svensson Gustafsson Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen
Eriksen Berg Haugen Hagen Henriksen Dahl Magnusson Lindqvist Lindberg Lindholm Bergman Sandberg Forsberg Holmgren
Fredriksson Mikkelsen Thomsen Poulsen Knudsen
""",
    "polish": """
Łukasz Paweł Michał Rafał Władysław Stanisław Bolesław Mirosław Jarosław Wiesław Zdzisław Czesław Bronisław Bogusław
Przemysław Radosław Sławomir Wacław Mieczysław Leszek Grażyna Bożena Elżbieta Małgorzata Józef Józefa Jędrzej Jerzy
Krzysztof Wojciech Zbigniew Agnieszka Katarzyna Magdalena Joanna Żaneta Zuzanna Świętosława Ścibor Święcicki Świątek
Świderski Śliwa Śliwiński Ślęzak Śmigielski Śniegowski Śniadecki Świtała Środa Środoń Ślusarczyk Śledź Ślimak Świrski
Wiśniewski Wiśniewska Kamiński Kamińska Lewandowski Zieliński Zielińska Szymański Szymańska Woźniak Dąbrowski
Dąbrowska Kozłowski Kozłowska Jabłoński Jabłońska Krawczyk Piotrowski Grabowski Pawłowski Pawłowska Michałek Michalski
Król Wróbel Wróblewski Jóźwiak Jaśkiewicz Jaśkowiak Jasiński Adamczyk Dudek Nowiński Pająk Pawlak Sikora Baran Walczak
Wałęsa Wałek Gajewski Szewczyk Rutkowski Ostrowski Baranowski Duda Tomaszewski Pietrzak Zalewski Wróblewska Jankowski
Zawadzki Jakubowski Sadowski Chmielewski Włodarczyk Borkowski Czarnecki Sawicki Sokołowski Sokół Urbański Kubiak
Maciejewski Szczepański Kucharski Wilk Kalinowski Lis Mazurek Wysocki Kołodziej Kołodziejczyk Kaźmierczak Kaźmierska
Sobczak Czerwiński Andrzejewski Cieślak Cieślik Głowacki Zakrzewski Kołakowski Krupiński Wasilewski Laskowski
Gołębiowski Gołąb Gołaszewski Makowski Szulc Przybylski Sikorski Górski Górska Górecki Górka Góra Góral Góralczyk
Błaszczyk Błaszczak Bąk Bącik Bączek Błażej Błażejewski Błoński Bień Bieńkowski Bródka Brzęczek Brzóska Boroń
Buczyński Bułat Burzyński Cębala Cegła Chałupka Chęciński Chłopek Chojnacki Chrzanowski Chudziński Ciążyński Ciećwierz
Cięciwa Ćwik Ćwikła Ćwiek Ćwiertnia Ćmiel Dębski Dębicki Dębowski Długosz Dłużniewski Dobrzyński Domański Drąg Drożdż
Drożdżewski Dróżdż Duszyński Działak Dziób Dzięcioł Dzięgiel Falkowski Figurski Frąckowiak Frączak Gałązka Gałecki
Gałka Gąsior Gąsiorowski Gąska Gębala Gębicki Głąb Głód Głuch Godlewski Grądzki Gręda Grzegórski Gwóźdź Gwiździel
Hałas Hołownia Idźkowski Iwański Jabłonowski Jagiełło Jakóbczak Jałowiec Janiszewski Jarzębowski Jastrzębski Jaźwiec
Jędrychowski Jędruch Jędrzejczak Jędrzejewski Józwiak Kaczyński Kałuża Kałużny Karaś Kasprzyk Kędzia Kędzierski
Kędziora Kępa Kępka Kępiński Kielczyński Kłos Kłosowski Kłoda Knapiński Kobyliński Kościelniak Kościuszko Kościelny
Koźmiński Kozieł Koziński Kożuch Kraśnicki Krasiński Krężel Krzyżanowski Krzyżak Księżak Książek Kuczyński Kulesza
Kurzępa Kuźma Kuźmiński Kuźniar Kwaśniak Kwaśniewski Łabędź Łach Łapiński Łaskawiec Ławniczak Łazarz Łącki Łączny
Łęcki Łoboda Łopata Łoś Łoziński Łubiński Łucja Łuczak Łukasik Łukaszewski Łuszcz Łysak Łyżwa Maćkowiak Majchrzak
Malinowski Małecki Małek Małkowski Matusiński Mączka Mączyński Męczyński Mędrek Michałowski Miłosz Miłoszewski Mikołaj
Mikołajczak Mikołajczyk Młynarczyk Młynarski Moroń Mróz Mrówka Mrożek Mrożkowski Muszyński Myśliwiec Myśliński
Niedźwiecki Niedźwiedź Nędza Niemirowicz Nowakowski Nóżka Ogiński Olszewski Olędzki Ołdak Opałka Orłowski Osiński Ożóg
Pałka Pałys Paździoch Pękala Piątek Piątkowski Piechota Pieńkowski Pięta Piłat Piłsudski Piórkowski Płaczek Płonka
Podgórski Podleśny Pogoń Półtorak Poręba Późniak Prażmowski Próchniak Przybył Przybyła Pszczoła Puścian Radziński
Rogoziński Romański Rosiński Różański Różycki Rózga Rudziński Ruciński Rybiński Rząsa Rzążewski Rzepiński Sędziak Sęk
Siemiątkowski Siłkowski Skała Skałecki Skłodowska Skórka Skowroński Słaby Słoma Słomiński Słowik Słowiński Smoliński
Smoleń Sobczyński Sośnicki Stachoń Stańczak Stańczyk Stępień Stępniak Stępniewski Strączek Strąk Strzępek Strzyżewski
Suchański Sułek Sułkowski Szałek Szczęsny Szczęśniak Szczygieł Szydło Ślązak Tański Tatarczyk Tchórzewski Trąba
Trębacz Trzciński Turzański Twardzik Tyliński Tyłek Ułan Uściłko Wałach Wałęga Warzecha Wąs Wąsik Wąsowski Węgiel
Węglarz Węgrzyn Wesołowski Więcek Więckowski Wierzbiński Wiącek Witoń Włodarski Włoch Wnęk Wójcicki Wójcik Wójtowicz
Wołek Woliński Woś Woźny Wrzesiński Wyrzykowski Wyszyński Zabłocki Zając Zajączkowski Załęski Załuski Zaręba Zawiślak
Zdrojewski Zięba Ziętek Ziółek Ziółkowski Złotnicki Zwoliński Żak Żaba Żebrowski Żelazny Żmuda Żołnierz Żuk Żuchowski
Żukowski Żuraw Żurawski Żurek Żyła Żychliński Żmijewski Żółtowski Żółkiewski Źrebiec Anna Maria Kowalski Nowak
Wiktoria Aleksander Mateusz Jakub Kacper Dawid Bartosz Bartłomiej Dominik Szymon Patryk
""",
    "czech and slovak": """
Jiří Tomáš Lukáš Matěj Ondřej Vojtěch Štěpán Štefan Šimon Šárka Zdeněk Zdeňka Václav Vítězslav Vít Vítek Věra Veronika
Přemysl Řehoř Radoš Růžena Růžička Růžičková Renáta Tereza Terézia Anežka Alžběta Alžbeta Božena Blažej Barbora Bára
Běla Bedřich Bořivoj Břetislav Blažena Čeněk Čestmír Dáša Dagmar Eliška Emílie Evžen Evženie František Františka Háta
Helena Hynek Iveta Jáchym Jaromír Jaroslav Jindřich Jindřiška Jiřina Jitka Josef Judita Juraj Júlia Kamil Karel
Kateřina Katarína Kristýna Květa Květoslava Ladislav Leoš Libuše Luboš Ľuboš Ľubomír Ľubica Ľudmila Ľudovít Luděk
Ludvík Lucie Lýdia Magdaléna Marek Markéta Mária Marián Matúš Miloš Miloslav Miroslav Miluše Mikuláš Monika Naděžda
Natálie Nikola Oldřich Oldřiška Otakar Ľubor Pavel Pavlína Peter Petr Petra Radek Radim René Roman Rostislav Rudolf
Růža Sára Silvie Soňa Stanislav Svatopluk Taťána Tibor Tomášek Vendelín Viktória Vladimír Vlasta Vratislav Zbyněk
Zuzana Žaneta Žofie Žofia Ján Jána Jánoš Ďurica Dvořák Dvořáková Černý Černá Procházka Procházková Kučera Kučerová
Veselý Veselá Horák Horáková Němec Němcová Pokorný Pokorná Pospíšil Pospíšilová Hájek Hájková Jelínek Jelínková Král
Králová Růžek Beneš Benešová Fiala Fialová Sedláček Sedláčková Doležal Doležalová Zeman Kolář Kolářová Krejčí Krejčíř
Navrátil Navrátilová Čermák Čermáková Vaněk Vaňková Urban Blažek Blažková Kříž Křížová Kratochvíl Kratochvílová
Kopecký Kopecká Bartoš Bartošová Vlček Vlčková Polák Poláková Musil Šimek Šimková Konečný Konečná Malý Malá Čech
Čechová Kadlec Štěpánek Štěpánková Staněk Staňková Holub Dostál Dostálová Soukup Soukupová Šťastný Šťastná Mareš
Marešová Sýkora Sýkorová Moravec Moravcová Tichý Tichá Valenta Vávra Vávrová Matoušek Matoušková Bláha Bláhová Říha
Říhová Ševčík Ševčíková Bureš Burešová Hruška Hrušková Mašek Mašková Dušek Dušková Pavlík Havlíček Havlíčková Hrubý
Hrubá Mach Müller Liška Lišková Brož Brožová Žák Žáková Tůma Tůmová Vondráček Vondra Bednář Bednářová Janeček
Janečková Kašpar Kašparová Šmíd Šmídová Zelený Zelená Nosek Nečas Nečasová Čapek Čapková Švec Švecová Toman Beran
Beránek Ježek Ježková Strnad Tesař Tesařová Jaroš Jarošová Bílek Bílková Bílý Bílá Březina Březinová Zemánek Vašek
Vašíček Kubíček Kubíčková Řezníček Řezníčková Řezáč Řeháček Řeháková Řehák Škoda Škodová Šafář Šafařík Šebek Šebesta
Šedivý Šindelář Šípek Šíma Škrabal Šmejkal Šnajdr Šolc Špaček Špička Šrámek Šrámková Šťovíček Štěrba Šubrt Šulc Švanda
Švejda Švestka Švehla Čada Čáp Čejka Čepelák Červenka Červený Červinka Číhal Čížek Čížková Žáček Žďárský Železný
Žemlička Žid Žižka Žůrek Zábranský Zahradník Záruba Zátopek Zavřel Zdráhal Zíka Ondráček Ondřejová Ouředník Palička
Pařízek Pašek Pátek Pavlíček Pěnkava Pešek Peška Píša Plíšek Plíva Pólak Povolný Prášek Přibyl Přikryl Příhoda Ptáček
Ptáčník Rážek Rybář Rybníček Ryšavý Sládek Slavíček Smékal Smrž Souček Součková Stárek Stehlík Straňák Strýček
Suchánek Suchý Svěrák Svoboda Svobodová Tománek Trávníček Třeštík Tvrdý Uhlíř Vacík Válek Váňa Vařeka Vejvoda Veverka
Vítová Vlach Vlasák Vodička Vojáček Vojtíšek Voráček Vorlíček Voříšek Vrána Vrba Vysoký Zajíček Babiš Balážová Baláž
Bača Bačík Baník Bartík Bielik Blaško Bobák Bystrický Čajka Čarnogurský Černák Chovanec Cíger Danko Ďuriš Ďurišová
Ďurčo Ďurkovič Dobiáš Drábik Dubček Dzurinda Fábry Ferko Ferenčík Fedor Forgáč Gašpar Gašparovič Gál Galko Hlaváč
Hlaváček Hlinka Hložek Hossa Hudák Hudáček Hurban Húska Ivanič Jančák Jančovič Janík Jánošík Jurík Juráš Kálal Kiska
Klačko Kňažko Kňazovický Kollár Komár Koreň Kováč Kováčová Kováčik Kováčiková Králik Krajčí Krajčír Krajčovič Kučma
Kukučín Kuchár Labuda Lacko Ľupták Ľuptáková Líška Lučenič Majerčák Maťašovský Mečiar Medveď Medveďová Mihálik Mikloš
Miškov Molnár Murgaš Mráz Nagy Nemčok Novák Nováková Novotný Novotná Oravec Országh Paška Pálka Petráš Poliak Radičová
Rázus Repa Ružička Rusnák Šatan Šefčovič Sliško Slávik Slobodník Sloboda Štúr Šťastník Škantár Špánik Švantner Tatarka
Tóth Tóthová Trnka Uhrík Vajda Valach Varga Vlčko Zachar Žilinský Žitňan Žiška Havel Hašek Janáček Dvorský Smetana
Masaryk Kundera Hrabal Jágr Hašková Nedvěd Plíšková Kvitová
""",
    "hungarian": """
Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh Simon
Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs Kocsis Pintér Fodor Orsós Szalai Sipos Magyar Lukács Gulyás Biró
Bíró Király László Jakab Katona Bogdán Balog Sándor Boros Fazekas Kelemen Antal Váradi Somogyi Fülöp Orosz Vincze
Veres Hegedűs Deák Budai Pap Bálint Vörös Pál Illés Szőke Bognár Vass Lengyel Fábián Bodnár Szücs Hajdu Halász Jónás
Máté Kozma Székely Gáspár Pásztor Bakos Dudás Virág Major Orbán Hegedüs Barna Nemes Novák Soós Tamás Faragó Borbély
Balla Kerekes Szekeres Dobos Mezei Nyári Szántó Végh Kővári Kőszegi Kőműves Kőrösi Kőrös Kővágó Győri Győrfi Győző
Gyöngyi Gyöngyvér György Györgyi Györgyné Gyurcsány Gyula Gyulai Gergő Gergely Gellért Gáborné Gábor Géza Zoltán
Zoltánné István Istvánné József Józsefné Jánosné János Lászlóné Sándorné Ferenc Ferencné Attila Péter Péterné Tibor
András Csaba Imre Lajos Dániel Ádám Krisztián Dávid Norbert Róbert Richárd Béla Mihály Miklós Ákos Kálmán Dezső Ernő
Jenő Árpád Szilárd Zsolt Zsófia Zsuzsanna Éva Mária Erzsébet Katalin Ilona Ágnes Margit Julianna Judit Andrea Erika
Krisztina Irén Mónika Eszter Gabriella Edit Tünde Tímea Beáta Ibolya Magdolna Rozália Piroska Márta Borbála Ildikó
Klára Szilvia Anikó Marianna Réka Nikolett Renáta Viktória Vivien Boglárka Kinga Emese Emőke Enikő Etelka Hajnalka
Jolán Kornélia Lívia Noémi Orsolya Petra Rita Sára Szidónia Teréz Terézia Tekla Veronika Zita Özséb Ödön Örs Örkény
Őry Ördög Ősz Őri Őszi Bősze Böröcz Bőgős Csőke Csőre Csömör Csűrös Csűri Csűry Dömötör Dömök Dőry Döbröntei Dögei
Előd Erdős Erdődy Erdélyi Erős Farkasné Fenyő Fenyvesi Fűzi Fűzesi Fűtő Füzesi Füredi Füstös Földi Földes Földvári
Gerő Gömöri Göncz Gönczi Gödör Gőz Gyüre Gyűrű Hős Hűvös Jókai Jókuti Jósika Jószai Kőhalmi Kőhegyi Kőnig Kölcsey
Könyves Körmendi Kötő Kövér Köves Kövesdi Kökény Kürti Kürthy Lőrincz Lőrinc Lőrinczi Löki Lénárd Lévai Márkus Márton
Menyhért Mező Mezősi Mikó Mihályi Mónus Mózes Nádas Nyerges Nyírő Nyíri Nyúl Nyúli Őrsi Pálfi Pálffy Pálinkás Pálóczi
Páncél Pásti Pécsi Pénzes Petőfi Petró Pető Pethő Pőcze Pölöskei Pósa Radó Rádai Rédei Rédey Révész Rózsa Rőczei Rudó
Sárközi Sárkány Sáfrány Sági Sebő Sebők Sebestyén Selmeczi Seregély Somlói Sós Sövényházi Süle Süli Süveges Szabados
Szádeczky Szász Széchenyi Szegedi Szénási Szentgyörgyi Szép Szépvölgyi Szijjártó Szikszai Szőcs Szőllősi Szőnyi Szőts
Szögi Szörényi Szűts Szűr Szunyogh Tábori Tálas Tarján Telegdi Tímár Tőke Tőkés Tőzsér Tömöri Törő Türk Ujvári Újhelyi
Újvári Újházi Úr Vadász Vágó Vámos Várnai Vásárhelyi Vécsey Vég Verebélyi Vértes Vízi Völgyi Vörösmarty Zámbó Zágoni
Zrínyi Zsákai Zsigmond Zsíros Zsótér Bőr Dalnoki Szemerédi Hűse
""",
    "romanian": """
Ion Ioan Ștefan Ştefan Ștefania Ştefania Ștefănescu Ştefănescu Ștefăniță Șerban Şerban Șerbănescu Şerbănescu Țepeș
Ţepeş Țurcanu Ţurcanu Țiriac Ţiriac Țăranu Ţăranu Șandru Şandru Șoșoacă Şova Șova Şeicaru Mihăilă Mihăilescu Mihăiță
Mihăiţă Mihai Mihaela Mădălina Mădălin Mălin Mălina Mărioara Mărgărit Mărculescu Mărginean Mărgineanu Măriuca Măruță
Măruţă Mănescu Mănăilă Mătăsaru Răzvan Radu Răducan Răducanu Rădulescu Rădoi Rădița Răileanu Răducu Rățoi Răchită
Rusănescu Cătălin Cătălina Călin Călina Căpățînă Căpăţână Căpitanu Căruntu Cărare Călărașu Călinescu Călugăru
Căldararu Căldăraru Cănănău Cătănescu Cîmpeanu Câmpeanu Cîrstea Cârstea Cârciumaru Cîrlan Cârlan Constantin Crăciun
Crăciunescu Crăițoiu Crăiniceanu Dănuț Dănuţ Dănilă Dănescu Dănciulescu Dăscălescu Dălălău Drăgan Drăghici Drăgulescu
Drăgușin Drăguşin Drăgoi Drăgănescu Drăguț Drăguţ Dumitrașcu Dumitraşcu Dumitrăchescu Dumitru Ene Enăchescu Fărcaș
Fărcaş Fărcășanu Făgărășan Filipoiu Fîntîneanu Fântâneanu Florea Gălățeanu Gâdea Găină Găman Gănescu Gârbea Gîrbea
Gârleanu Gheorghe Gheorghiță Gheorghiţă Ghiță Ghiţă Ghițescu Grămadă Grigoraș Grigoraş Grădinaru Hăgi Hărăguș Hâncu
Hîncu Hențea Iliescu Ilieș Ilieş Ioniță Ioniţă Ionuț Ionuţ Ionașcu Ionaşcu Iordăchescu Iordănescu Lăcătuș Lăcătuş
Lăcrămioara Lăzărescu Lăpușneanu Lăpuşneanu Lăutaru Lungu Lupașcu Lupaşcu Lupșa Lucrețiu Lucreţia Luminița Luminiţa
Mălăele Marița Matei Moldoveanu Moraru Mureșan Mureşan Murășan Neacșu Neacşu Nădejde Năstase Năstăsescu Nănescu
Negoiță Negoiţă Negruț Negruţ Nicușor Nicuşor Niculiță Nichita Niță Niţă Nițu Niţu Oană Oprișan Oprişan Olărescu Olaru
Păcuraru Păcurar Păduraru Păduroiu Pălăriei Păpușoi Păpuşoi Pârvu Pîrvu Pârvulescu Pîrvulescu Păun Păunescu Păvălache
Pănoiu Pătrașcu Pătraşcu Pătrașcanu Pătrăucean Pîslaru Pâslaru Plăcintă Popa Popescu Popăscu Preoteasa Prodănescu Rîpă
Râmniceanu Roșca Roşca Roșu Roşu Rotărescu Rotaru Săndulescu Sănduță Săvulescu Săvoiu Săceanu Sărăcescu Sârbu Sîrbu
Scărlătescu Simion Stănescu Stăniloae Stănciulescu Stănilă Stănică Stâncu Stîngă Stroe Suciu Tănase Tănăsescu Tătaru
Tătărescu Tătăranu Teodoroiu Toader Tomșa Tomşa Trăilescu Trăistaru Trîncă Trifănescu Tudorache Țîru Ţîru Ungureanu
Ursache Văcărescu Văcaru Văduva Vălean Vasile Vasilică Văsuianu Vîlcu Vâlcu Vîlcea Vâlcea Vlăduț Vlăduţ Vlădescu
Vlădoiu Vrînceanu Vrânceanu Voiculeț Vulpeș Zăvoianu Zamfirescu Zăhărescu Zăgrean Andreea Alexandrița Anișoara
Anişoara Aurică Bădescu Bădiță Bădilă Bălan Bălănescu Bălașa Bălaşa Bălcescu Bănică Bănescu Bărbulescu Bărbuță Bârsan
Bîrsan Bâzu Băsescu Băcanu Brâncoveanu Brîncuși Brâncuşi Brânză Brătianu Brătulescu Brăescu Buzoianu Bogdan Botoșani
Botezatu Dîrzu Dârzu Ecaterina Emil Ionel Laurențiu Laurenţiu Marinică Florică Viorică Ioana Alexandru Gabriel Elena
Cristina Adrian Florentina Valentin Munteanu Dumitrescu Georgescu Ionescu Stan Marin Tudor Barbu Cristea Nistor Sorin
Vasilescu
""",
    "south slavic": """
Šarić Šimić Šimunović Šimunić Šestan Škorić Škaro Škoro Škegro Šostar Šoštarić Šoljić Špoljar Špoljarić Štimac
Štefanić Štambuk Šubašić Šukalo Šuker Šutalo Šušnjar Švraka Šola Šego Šaban Šabić Šahović Šehić Šehović Šišić Šljivić
Žagar Žanić Žarko Žarković Željko Željka Žeželj Žigić Žilić Živković Živko Živanović Žižić Žugaj Žunić Župan Župančič
Župarić Žuvela Žužić Čačić Čaić Čakarić Čavić Čavar Čeh Čehić Čengić Čerkez Čičak Čirjak Čizmić Čolak Čolić Čop Čović
Čuić Čuljak Čupić Čubrilo Čabraja Ćaćić Ćavar Ćirić Ćorić Ćorluka Ćosić Ćosović Ćuk Ćurić Ćurković Ćuić Ćurčić Đaković
Đerek Đokić Đoković Đorđe Đorđević Đukić Đukanović Đurić Đurđa Đurđica Đurđević Đuro Đurković Đuričić Đuka Đula
Đurđina Horvat Kovačević Babić Marić Jurić Novak Kovačić Knežević Vuković Marković Petrović Matić Tomić Pavlović Kovač
Božić Blažević Grgić Pavić Radić Perić Filipović Lovrić Vidović Perković Popović Bošnjak Jukić Barišić Vidaković
Jurković Brkić Lukić Klarić Jurišić Mandić Vučković Lončar Lončarić Rukavina Mikulić Mihaljević Dujmović Ivanović
Ivančić Katić Kralj Krznarić Krznar Matijević Nikolić Pavičić Pranjić Radošević Rašić Rogić Rožić Ružić Stanić Stipić
Stojanović Stojčić Tadić Topić Varga Vrdoljak Vukić Vukadinović Vučetić Vučić Zorić Zovko Zubčić Zelić Zečević Zrinski
Abramović Adžić Ajduković Aleksić Alić Anđelić Anđelka Anđela Anđelko Antić Antunović Arnautović Avdić Avramović Bačić
Bakić Balić Banović Barić Bašić Bebić Begić Begović Beljan Benčić Beroš Bilić Bjelić Bogdanić Bogdanović Bogičević
Bojanić Borić Borčić Bošković Boškić Božičević Božidar Božena Božica Branković Bračić Brajković Brčić Brezović Brnčić
Bubalo Budić Budimir Bukvić Bulić Burić Butković Buljubašić Cindrić Cvitanić Cvijić Cvjetković Crnčević Crnković Dabić
Damjanović Danić Dedić Delić Demirović Despotović Dizdarević Dodić Domić Dragić Dragičević Drašković Dražen Draženka
Dražić Dubravčić Dubravka Dukić Duraković Džafić Džajić Džaja Dženana Dževad Džidić Džombić Erceg Fabijanić Ferenčak
Filić Franjić Franić Frančić Gabrić Galić Gašpar Gašparić Gavrić Gavranić Glavaš Glavočević Goran Gojković Golubić
Gospić Gotovac Gračanin Grbić Grubišić Gržanić Gudelj Habuš Hadžić Hadžiahmetović Halilović Hasanović Hodžić Hrvoje
Hrženjak Husić Ibrahimović Ilić Imamović Ivić Ivanišević Ivaniš Jakić Jakovčić Jambrešić Jančić Janjić Janković Jelača
Jelačić Jelčić Jelić Jerković Jokić Josipović Josić Jovanović Jovičić Jozić Juričić Jurčević Jurčić Kapić Karačić
Kačić Katalinić Kasumović Kedžo Kežić Klaić Klobučar Kneževič Kokić Kolarić Komšić Kosić Košir Kostić Košutić Kožić
Kraljević Kranjčar Krešimir Kršić Kučan Kučić Kukoč Kulenović Kušan Kvesić Lazić Ledić Lesić Lišnjić Ljubičić Ljubiša
Lovrenčić Lozić Lučić Lukačević Luketić Macanović Madžar Magdić Majdandžić Maljković Mamić Mandžukić Marčić Marinčić
Marinović Marjanović Martić Martinčić Martinović Marušić Maslać Mašić Matejčić Matković Mataković Matošević Medić
Mehmedović Mešić Mićić Mihalić Mijatović Miletić Milićević Milanović Miličić Milinković Miloš Miloševič Milošević
Miljković Mirković Mišić Mišo Mitrović Mlinarić Modrić Mršić Mrkšić Mujić Mujkić Mušić Mustafić Nakić Nemčić Nenadić
Nikčević Nikšić Novosel Obradović Omerović Opačić Orešković Oršolić Osmanović Ostojić Pašić Pašalić Pandžić Pantelić
Paunović Pejčić Pejić Perišić Perušić Petričević Petričić Pešić Pilić Plečaš Pletikosić Plavšić Poljak Prgomet Prešern
Predojević Prpić Pšeničnik Puljić Puškarić Račić Račan Radičević Radman Radović Radulović Rajčić Rajković Rakitić
Ramić Raspudić Ražnatović Rebić Rebrović Ristić Rončević Runjić Rušić Saša Samardžić Savić Sekulić Selimović Sertić
Simić Siniša Sinčić Skočić Slišković Smiljanić Smolčić Softić Soldić Spahić Spasić Srđan Srđa Srećko Stanišić Stančić
Stanković Stefanović Stepić Stijačić Stojić Suljić Sušić Sučić Sviličić Tešić Tešija Todorić Todorović Tokić Tomašević
Tomašić Tomčić Tončić Trninić Trifunović Tuđman Turčić Turković Ugrešić Uzelac Valčić Vasić Veličković Veljačić Vidić
Vinčić Višnja Višnjić Vlahović Vlašić Vojnić Vraneš Vrančić Vrbanić Vrhovec Vrsaljko Vučinić Vujčić Vujičić Vujić
Vukašin Vukčević Vukojević Vulić Zagorac Zdravčić Zgombić Zlatić Zrilić Zukić Zvonarić Žagarić Kovačič Potočnik Mlakar
Kos Vidmar Golob Turk Božič Zupančič Bizjak Hribar Kotnik Rozman Petek Kastelic Oblak Kolar Žnidaršič Kranjc Zajc
Medved Pirc Šuštar Štrukelj Čeferin Dončić Dragič Dončič Gašperlin Jenko Klemenčič Krajnc Lešnik Logar Lovšin Majcen
Marinčič Mavrič Močnik Pavlič Pečnik Petrič Podgornik Rupnik Sušnik Tomažič Tomaž Urbančič Uršič Uroš Urška Žiga Živa
Žan Špela Štefan Matjaž Boštjan Blaž Anže Aleš Aljaž Barbara Janez Jože Jožef Mojca Neža Nuša Primož Tadeja Tjaša
Rožman Rožič Vrhovnik
""",
}
"""What each language's families are called."""
